#pragma once

/// "native5": the second function that was once called Cosmic Harmony, a pipeline of BLAKE3, SHA-3 and byte mixing.
/// A named variant of its own, never the default.
///
/// Nothing published says how its digest reads as a number, so it follows the share rule of the first function: the
/// digest is eight little-endian words, the first four bytes the most significant word.

#include <array>
#include <cstdint>
#include <span>

namespace nebula::cosmic_harmony {

/// `message` may have any length; all of it counts. Throws std::runtime_error when OpenSSL lacks SHA-3.
[[nodiscard]] std::array<std::uint8_t, 32> native5(std::span<const std::uint8_t> message, std::uint32_t nonce);

/// The same for `input` = message, then the nonce as four little-endian bytes (at least those four).
[[nodiscard]] std::array<std::uint8_t, 32> native5_appended(std::span<const std::uint8_t> input);

} // namespace nebula::cosmic_harmony
