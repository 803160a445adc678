#pragma once

/// A consumer that mines the same few nonces over and over, in jobs of random size, and knows every digest beforehand:
/// in each lap every nonce has to come back once, with exactly its digest, whatever is swapped underneath.

#include "host/pow/job_copy.h"
#include "host/pow/reference.h"
#include "host/slots/slot.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <vector>

namespace nebula::host::real {

/// The nonces of a lap and what the reference says of them.
struct Expected {
   JobCopy job; // its first nonce
   std::vector<std::array<std::uint8_t, 32>> digests;
   std::uint64_t job_nonces_max = 1; // a quarter of a lap, or what the reference computes in a millisecond

   /// As many as the reference computes in `budget_ns`, at least 4 and at most 1,024.
   [[nodiscard]] static Expected make(const neb_pow_algorithm &algorithm, std::uint64_t reference_ns,
                                      std::uint64_t budget_ns);
};

class LapMiner {
public:
   LapMiner(Slot &slot, const Expected &expected, std::uint32_t depth, std::uint64_t seed)
      : slot_(slot), expected_(expected), depth_(depth), random_(seed) {}
   ~LapMiner() { close(); }
   LapMiner(const LapMiner &) = delete;
   LapMiner &operator=(const LapMiner &) = delete;

   /// Whole laps, at least one, until `over` or an error.
   void run(const std::atomic<bool> &over);

   [[nodiscard]] const std::string &error() const noexcept { return error_; }
   [[nodiscard]] std::uint64_t laps() const noexcept { return laps_; }
   [[nodiscard]] std::uint64_t jobs() const noexcept { return jobs_.load(); } // results so far; any thread

private:
   struct Range {
      std::uint64_t first, count; // within the lap
      std::uint64_t ticket = 0;
   };

   void lap();
   void cut_lap();
   [[nodiscard]] bool open();
   void close();
   [[nodiscard]] bool occupant_changed();
   [[nodiscard]] bool give();
   void collect();
   void take(const Range &range, const neb_pow_result &result);

   Slot &slot_;
   const Expected &expected_;
   const std::uint32_t depth_;
   std::mt19937_64 random_;
   neb_guard guard_{};
   const neb_pow_backend *table_ = nullptr; // held by guard_
   neb_pow_session *session_ = nullptr;
   std::uint64_t ticket_ = 0;
   std::vector<Range> to_do_;
   std::deque<Range> flights_;
   std::vector<unsigned> times_; // each nonce came back
   std::vector<neb_pow_hit> hits_;
   std::uint64_t laps_ = 0;
   std::atomic<std::uint64_t> jobs_{0};
   std::string error_;
};

} // namespace nebula::host::real
