#pragma once

/// Which block's id is the RandomX key for the block at a height.

#include <cstdint>

namespace nebula::monero {

inline constexpr std::uint64_t k_seed_epoch_blocks = 2048; // one key serves this many blocks
inline constexpr std::uint64_t k_seed_lag = 64;            // and is known this many blocks before its first use

/// The rule with other constants: a daemon in regtest may run with a shorter epoch. Both must be powers of two.
[[nodiscard]] constexpr std::uint64_t seed_height(std::uint64_t height, std::uint64_t epoch_blocks, std::uint64_t lag) {
   return height <= epoch_blocks + lag ? 0 : (height - lag - 1) & ~(epoch_blocks - 1);
}

[[nodiscard]] constexpr std::uint64_t seed_height(std::uint64_t height) {
   return seed_height(height, k_seed_epoch_blocks, k_seed_lag);
}

/// The seed height in force `lag` blocks later; when it differs from seed_height() the next key is already known.
[[nodiscard]] constexpr std::uint64_t next_seed_height(std::uint64_t height) {
   return seed_height(height + k_seed_lag);
}

} // namespace nebula::monero
