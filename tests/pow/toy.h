#pragma once

/// A proof of work small enough to compute anything twice, and backends for it that are right or wrong in one known
/// way.

#include "host/pow/pow.h"

#include <nebula/cpu_backend.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace nebula::host::toy {

inline constexpr const char *k_name = "toy";

/// nonce appended, 4 bytes; epochs by key. A hash takes about 20 ns.
[[nodiscard]] const neb_pow_algorithm &algorithm();
/// The same with an answer of its vectors changed by one bit.
[[nodiscard]] const neb_pow_algorithm &algorithm_with_wrong_vector();

[[nodiscard]] Provided provided_algorithm(const neb_pow_algorithm &table, const std::string &instance = "toy");

/// What a faulty backend does to its hits.
struct Fault {
   /// May change a digest that was computed right.
   std::function<void(std::uint64_t nonce, std::uint8_t *digest)> change;
   /// True: the nonce is claimed and never computed.
   std::function<bool(std::uint64_t nonce, const ScanRange &range)> skips;
};

/// A backend on the SDK's session with a fault that can be switched on while it serves.
class ToyBackend {
public:
   ToyBackend(std::string name, std::string properties, Fault fault = {}, std::uint32_t lanes = 0);

   [[nodiscard]] const neb_pow_backend &table() const noexcept { return *backend_.table(); }
   [[nodiscard]] Provided provided(const std::string &instance = "toy", std::uint64_t order = 0) const;
   void set_faulty(bool faulty) noexcept { faulty_.store(faulty); }
   [[nodiscard]] std::uint64_t hashes() const noexcept { return hashes_.load(); }

private:
   [[nodiscard]] CpuBackendSpec spec();

   std::string name_, properties_;
   Fault fault_;
   std::uint32_t lanes_;
   std::atomic<bool> faulty_{true};
   std::atomic<std::uint64_t> hashes_{0};
   CpuBackend backend_;
};

/// A node's proof-of-work part around them: what it said, and a main thread that runs when asked to.
class Bench {
public:
   explicit Bench(const neb_pow_algorithm &table = algorithm());

   /// Provides and makes ready.
   void add(const ToyBackend &backend, const std::string &instance = "toy", std::uint64_t order = 0);
   [[nodiscard]] Slot &find(const std::string &select = "algorithm=toy");
   [[nodiscard]] std::string serving(const Slot &slot); ///< name of the backend, or "nobody"

   /// What was said; read it after pow.settle().
   std::mutex mutex;
   std::vector<std::string> log;                            // guarded by mutex
   std::vector<std::pair<std::string, std::string>> events; // guarded by mutex; topic, payload
   std::vector<std::pair<int, std::string>> health;         // guarded by mutex
   [[nodiscard]] bool said(const std::string &text);

   Pow pow;

private:
   [[nodiscard]] PowEnvironment environment();
   std::string consumer_ = "miner";
};

/// The whole answer to a job through a table, as a consumer asks for it.
struct Answer {
   neb_status status = NEB_OK;
   std::uint64_t hashes_done = 0;
   std::vector<neb_pow_hit> hits;
};
class Consumer {
public:
   /// The slot must be filled; the guard is held as long as this object lives.
   explicit Consumer(Slot &slot, std::uint32_t depth = 1);
   ~Consumer();
   Consumer(const Consumer &) = delete;
   Consumer &operator=(const Consumer &) = delete;

   [[nodiscard]] const neb_pow_backend &table() const noexcept { return *table_; }
   [[nodiscard]] neb_pow_session *session() const noexcept { return session_; }
   [[nodiscard]] neb_status submit(std::uint64_t ticket, std::uint64_t first, std::uint64_t count, unsigned target_bits,
                                   std::uint32_t capacity = 64);
   [[nodiscard]] Answer wait();

private:
   neb_guard guard_{};
   const neb_pow_backend *table_;
   neb_pow_session *session_ = nullptr;
};

/// The job that Consumer gives, for comparing with the reference.
[[nodiscard]] JobCopy job(std::uint64_t first, std::uint64_t count, unsigned target_bits, std::uint32_t capacity = 64);

} // namespace nebula::host::toy
