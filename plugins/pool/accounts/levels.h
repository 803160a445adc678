#pragma once

/// Experience: what it is given for, and what its levels multiply.

#include "view.h"

#include <span>

namespace nebula::pool::accounts {

/// The ten levels of ZION 2.8.2.
[[nodiscard]] std::vector<LevelView> default_levels();

/// Index of the level of that much experience. `levels` begin at 0 and grow.
[[nodiscard]] std::uint32_t level_of(std::span<const LevelView> levels, std::uint64_t xp);

/// Experience of one share, in thousandths: 10 at the reference difficulty, in proportion to the difficulty, so that
/// easy shares cannot farm it. `reference` 0: a thousandth of the network's difficulty.
[[nodiscard]] std::uint64_t share_milli_xp(std::uint64_t difficulty, std::uint64_t reference,
                                           std::uint64_t network_difficulty);

inline constexpr std::uint64_t k_block_milli_xp = 1'000'000;

/// Given once. Bits of `Wallet::achievements`, by their place.
struct Achievement {
   const char *name;
   std::uint64_t milli_xp;
};
enum : std::uint32_t { k_first_share = 0, k_hundred_shares = 1, k_first_block = 2 };
inline constexpr Achievement k_achievements[] = {
   {"first share", 50'000}, {"100 shares", 500'000}, {"first block", 1'000'000}};

} // namespace nebula::pool::accounts
