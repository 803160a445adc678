#pragma once

/// Monero's 128-bit difficulty and the 256-bit target that says the same.
///
/// A block is valid when v * difficulty < 2^256, v being its hash read as a little-endian number. That is the same as
/// v <= target with target = floor((2^256 - 1) / difficulty).

#include "core/bytes.h"

namespace nebula::monero {

struct Difficulty {
   std::uint64_t high = 0;
   std::uint64_t low = 0;

   [[nodiscard]] bool zero() const { return high == 0 && low == 0; }
   friend bool operator==(const Difficulty &, const Difficulty &) = default;
};

/// Reads "0x" and 1 to 32 hexadecimal digits (the daemon's `wide_difficulty`). Zero is refused.
[[nodiscard]] Result<Difficulty> parse_wide_difficulty(std::string_view text);

/// The target as a big-endian number. Precondition: the difficulty is not zero.
[[nodiscard]] Hash target_from_difficulty(const Difficulty &difficulty);

/// Whether `digest`, little-endian as RandomX writes it, is at or under the big-endian `target`.
[[nodiscard]] bool digest_meets_target(const Hash &digest, const Hash &target);

} // namespace nebula::monero
