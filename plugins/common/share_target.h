#pragma once

/// A difficulty on the scales that miners know. Whole numbers throughout.

#include "u256.h"

#include <string>

namespace nebula::common {

/// The hashes that one share takes on average, at least 1. Every dialect's own scale (Bitcoin's, Monero's, a target)
/// follows from it, and so does what a share is worth.
using Difficulty = std::uint64_t;

/// The largest digest, read as the algorithm says, that is a share of this difficulty: ⌊2^256 / difficulty⌋ - 1.
[[nodiscard]] U256 target_of(Difficulty difficulty);

/// The hashes that one digest at or under `target` takes on average: ⌊2^256 / (target + 1)⌋, at most 2^64 - 1. Of
/// target_of(d) it is d again, or a little more where d does not divide 2^256.
[[nodiscard]] Difficulty difficulty_of(const U256 &target);

/// Cosmic Harmony's: max(1, ⌊(2^32 - 1) / difficulty⌋), to be compared with the digest's first word (source:
/// ZION 2.8.2).
[[nodiscard]] std::uint32_t cosmic_target32(Difficulty difficulty);

/// The 256-bit form of such a target: every digest whose first word is at most `target32`.
[[nodiscard]] U256 target_of_cosmic(std::uint32_t target32);

/// XMRig's: a share is good when the last eight digest bytes, little-endian, are below it (source: XMRig 6.26).
[[nodiscard]] std::uint64_t xmrig_target64(Difficulty difficulty);

/// That 64-bit form as a 256-bit target of the whole digest.
[[nodiscard]] U256 target_of_xmrig(std::uint64_t target64);

/// The Bitcoin scale of the yescrypt family, whose unit is 65,536 hashes: as a decimal number, exact to 2^-16.
[[nodiscard]] std::string bitcoin_difficulty_text(Difficulty difficulty);

} // namespace nebula::common
