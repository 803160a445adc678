#pragma once

/// What the RandomX tests share: known answers, a maker that counts, and a host with nothing but a clock.

#include <nebula/ext/clock.h>
#include <nebula/host.hpp>
#include <nebula/pow.hpp>
#include <nebula/svc/pow-backend.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "machine.h"

namespace nebula::test {

using Bytes = std::vector<std::uint8_t>;

struct Vector {
   std::string key; ///< bytes
   Bytes input;
   Bytes digest;
};

/// The rx0 column of tests/vectors/randomx.json. Throws when it is missing or malformed.
[[nodiscard]] std::vector<Vector> vectors();

[[nodiscard]] inline neb_bytes key_of(std::string_view key) {
   return bytes(key);
}

/// A backend can mine it.
[[nodiscard]] bool has_nonce(const Vector &vector);

/// The light hash of `input` as the library itself gives it, on a machine of its own.
[[nodiscard]] Bytes hash_alone(const std::string &key, const Bytes &input);

/// A Monero-like blob with its nonce at bytes 39..42.
[[nodiscard]] Bytes blob_with(std::uint32_t nonce);

/// first..first+count-1 as hits with their digests, by the library alone.
[[nodiscard]] std::vector<neb_pow_hit> all_hits(const std::string &key, std::uint64_t first, std::uint64_t count);

/// Reports each difference as a test failure.
void expect_same(const std::vector<neb_pow_hit> &got, const std::vector<neb_pow_hit> &want);

/// The target that every digest meets.
[[nodiscard]] Number256 everything();

struct Result {
   neb_status status = NEB_OK;
   std::uint64_t hashes_done = 0;
   std::vector<neb_pow_hit> hits;
};

/// An open session of a backend, fed with jobs over blob_with(). Closed with the object.
class TestSession {
public:
   explicit TestSession(const neb_pow_backend &table);
   ~TestSession();
   TestSession(const TestSession &) = delete;
   TestSession &operator=(const TestSession &) = delete;

   void prepare(const std::string &key);
   neb_status submit(const std::string &key, std::uint64_t first, std::uint64_t count, const Number256 &target,
                     std::uint32_t capacity = 64);
   /// Calls `wait` until the job is finished, each time with this time-out.
   Result wait(std::uint64_t timeout_ns = UINT64_MAX);
   /// The digest of a known answer's input, mined as the one nonce that it has. It must have one.
   [[nodiscard]] Bytes digest_of(const Vector &vector);
   void cancel_all() { table_.cancel_below(&table_, session_, ticket_ + 1); }

private:
   [[nodiscard]] neb_status submit(neb_pow_job job, const neb_pow_epoch &epoch, const Bytes &input,
                                   const Number256 &target);

   const neb_pow_backend &table_;
   neb_pow_session *session_ = nullptr;
   std::uint64_t ticket_ = 0;
};

class FakeHost {
public:
   FakeHost();
   [[nodiscard]] Host host() const { return Host(&raw_); }

private:
   neb_host raw_{};
   uint32_t level_ = NEB_LOG_OFF;
};

} // namespace nebula::test
