#include "batch_sizer.h"

#include <algorithm>

namespace nebula::miner {

namespace {

/// Weight of the newest reading. A new rate is believed to nine tenths after seven batches, a quarter of a second.
constexpr double k_weight = 0.3;

} // namespace

BatchSizer::BatchSizer(std::uint64_t target_ns, std::uint64_t first_count) noexcept
   : target_ns_(static_cast<double>(std::max<std::uint64_t>(target_ns, 1))),
     count_(std::clamp<std::uint64_t>(first_count, 1, k_count_max)) {}

void BatchSizer::observe(std::uint64_t hashes, std::uint64_t elapsed_ns) noexcept {
   if (hashes == 0 || elapsed_ns == 0)
      return;
   const double rate = static_cast<double>(hashes) / static_cast<double>(elapsed_ns);
   // A batch far from the target says more than an average: the device became slower or faster, or this is the start.
   const bool jump = hashes_per_ns_ <= 0 || rate > 2 * hashes_per_ns_ || 2 * rate < hashes_per_ns_;
   hashes_per_ns_ = jump ? rate : hashes_per_ns_ + k_weight * (rate - hashes_per_ns_);

   const double wanted = std::min(hashes_per_ns_ * target_ns_, static_cast<double>(k_count_max));
   const std::uint64_t ceiling = std::min(k_count_max, count_ * k_growth_max);
   std::uint64_t count = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1, ceiling);
   if (count >= 4 * k_round)
      count -= count % k_round;
   count_ = count;
}

} // namespace nebula::miner
