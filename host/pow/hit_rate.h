#pragma once

/// Counts hits against what chance demands. Every hit is proven by the reference, so a backend can only have too few:
/// because it skips nonces, misses hits, or claims hashes it never computed.

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace nebula::host {

/// Thread-safe.
class HitRate {
public:
   /// Below this expectation nothing is said: chance alone spreads too far.
   static constexpr double k_expected_min = 128;
   /// A shortfall of eight standard deviations happens once in 10^15 looks to an honest backend.
   static constexpr double k_deviations = 8;
   /// Above this the past is halved, so that a backend that turns bad is not shielded by its good days.
   static constexpr double k_expected_max = 65'536;

   /// Adds what one batch should and did find; a text when the sum is too low to be chance.
   [[nodiscard]] std::optional<std::string> add(double expected, std::uint64_t found);

private:
   std::mutex mutex_;
   double expected_ = 0; // guarded by mutex_
   double found_ = 0;    // guarded by mutex_
};

} // namespace nebula::host
