#include "difficulty.h"

#include <algorithm>

namespace nebula::chain {
namespace {

/// Solve times are exponential; cutting them at 2.5 means leaves (1 - e^-2.5) of the mean. Aiming at that much of the
/// spacing makes blocks come on time; without it they come 12 % late.
constexpr std::uint64_t k_clamped_mean_per_mille = 918;

/// At most 2.5 spacings, at least 1 s. `previous` grows with every block, so a time before its predecessor's counts as
/// 1 s once and is not paid back twice.
std::uint64_t weighted_solve_times(std::span<const TimedTarget> blocks, std::uint64_t spacing_s) {
   const std::uint64_t longest = std::max<std::uint64_t>(1, spacing_s * 5 / 2);
   std::uint64_t sum = 0;
   std::uint64_t previous = blocks.front().time_s;
   for (std::size_t i = 1; i < blocks.size(); ++i) {
      const std::uint64_t now = std::max(blocks[i].time_s, previous + 1);
      sum += i * std::min(now - previous, longest);
      previous = now;
   }
   return sum;
}

} // namespace

U256 target_of(std::uint64_t difficulty) {
   return U256::max() / U256(std::max<std::uint64_t>(1, difficulty));
}

std::uint64_t difficulty_of(const U256 &target) {
   if (target.is_zero())
      return k_max_difficulty;
   return std::min((U256::max() / target).saturated_u64(), k_max_difficulty);
}

U256 work_of(const U256 &target, std::uint64_t work_weight) {
   return U256(difficulty_of(target)) * U256(work_weight);
}

U256 next_target(std::span<const TimedTarget> blocks, std::uint64_t spacing_s, std::uint64_t start_difficulty) {
   if (blocks.size() <= k_lwma_min_blocks)
      return target_of(start_difficulty);
   if (blocks.size() > k_lwma_blocks + 1)
      blocks = blocks.last(k_lwma_blocks + 1);
   const std::uint64_t count = blocks.size() - 1;
   U256 sum;
   for (const TimedTarget &block : blocks.subspan(1))
      sum = sum + U256(difficulty_of(block.target));
   // mean difficulty * aim / (weighted mean solve time), where the weights 1..count sum to count (count + 1) / 2.
   const U256 numerator = sum * U256(spacing_s * k_clamped_mean_per_mille) * U256(count + 1);
   const U256 denominator = U256(2'000) * U256(weighted_solve_times(blocks, spacing_s));
   const std::uint64_t next = (numerator / denominator).saturated_u64();
   return target_of(std::clamp<std::uint64_t>(next, 1, k_max_difficulty));
}

} // namespace nebula::chain
