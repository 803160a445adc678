#pragma once

/// Difficulty, target and work, in integers, and the rule that sets the next difficulty of an algorithm.

#include "types.h"

#include <span>

namespace nebula::chain {

inline constexpr std::size_t k_lwma_blocks = 30;
/// Fewer solve times than this tell nothing yet: the start difficulty stays.
inline constexpr std::size_t k_lwma_min_blocks = 3;
/// A difficulty fits 63 bits: 10^18 hashes per block is 30,000 years of one fast core.
inline constexpr std::uint64_t k_max_difficulty = 1ull << 63;

/// floor((2^256 - 1) / difficulty); 0 counts as 1. Exact both ways for every difficulty.
[[nodiscard]] U256 target_of(std::uint64_t difficulty);
[[nodiscard]] std::uint64_t difficulty_of(const U256 &target);

/// Hashes expected for one block, in hashes of the reference algorithm.
[[nodiscard]] U256 work_of(const U256 &target, std::uint64_t work_weight);

/// One earlier block of the same algorithm.
struct TimedTarget {
   std::uint64_t time_s = 0;
   U256 target;
};

/// LWMA over the last blocks of one algorithm, oldest first, at most k_lwma_blocks + 1: the newer a solve time, the
/// more it weighs. Solve times are clamped to 1 s .. 2.5 spacings (1 .. 300 s at 120 s), which bounds what a false time
/// can do.
[[nodiscard]] U256 next_target(std::span<const TimedTarget> blocks, std::uint64_t spacing_s,
                               std::uint64_t start_difficulty);

} // namespace nebula::chain
