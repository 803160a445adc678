#pragma once

/// The Cosmic Harmony function: a keyless permutation of eight 32-bit words, in twelve add-rotate-xor rounds.
///
/// This is the reference every kernel is held to. It follows the specification line by line and is not meant to be
/// fast; `scan.h` is.

#include <array>
#include <cstdint>
#include <span>

namespace nebula::cosmic_harmony {

using State = std::array<std::uint32_t, 8>;
using Digest = std::array<std::uint8_t, 32>;

inline constexpr std::uint32_t k_golden = 0x9E3779B9u;

/// The state after the message is taken in and before the nonce is. Only the first 32 bytes of `message` count, the
/// last word of a shorter one is padded with zeros.
[[nodiscard]] State absorb(std::span<const std::uint8_t> message) noexcept;

/// The eight output words for `nonce`, word 0 being the most significant when they are read as a number.
[[nodiscard]] State permute(const State &absorbed, std::uint32_t nonce) noexcept;

/// The words as the 32 bytes that travel, each little-endian.
[[nodiscard]] Digest to_bytes(const State &words) noexcept;

/// The function itself.
[[nodiscard]] Digest hash(std::span<const std::uint8_t> message, std::uint32_t nonce) noexcept;

} // namespace nebula::cosmic_harmony
