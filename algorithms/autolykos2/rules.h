#pragma once

/// The sizes of Autolykos v2.

#include <array>
#include <cstddef>
#include <cstdint>

namespace nebula::autolykos2 {

inline constexpr unsigned k_terms = 32;            ///< k: elements that a solution adds up
inline constexpr std::size_t k_message_bytes = 32; ///< a hash of the header
inline constexpr std::size_t k_nonce_bytes = 8;    ///< big-endian, after the message
inline constexpr std::size_t k_input_bytes = k_message_bytes + k_nonce_bytes;

/// The contract wants algorithms to take 76 bytes or more; this one takes exactly 40 and refuses the rest itself.
inline constexpr std::uint32_t k_input_bytes_max = 76;

/// M: 1024 big-endian words 0..1023. It makes an element as slow to compute as 8 KiB are to hash.
inline constexpr unsigned k_constant_words = 1024;
/// index, height, M
inline constexpr std::size_t k_element_bytes = 4 + 4 + 8 * k_constant_words;

/// Heights are hashed as four bytes.
inline constexpr std::uint64_t k_height_max = 0xFFFFFFFFu;

/// The digest, or hit: a 256-bit number, big-endian.
using Digest = std::array<std::uint8_t, 32>;

} // namespace nebula::autolykos2
