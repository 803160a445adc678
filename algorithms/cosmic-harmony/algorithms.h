#pragma once

/// The two functions as algorithms of the contract, with their known answers.

#include <nebula/algorithm.hpp>

#include <cstdint>

namespace nebula::cosmic_harmony {

inline constexpr const char *k_algorithm_name = "cosmic-harmony";
inline constexpr const char *k_native5_name = "cosmic-harmony-native5";

/// The nonce follows the message, little-endian.
inline constexpr std::uint32_t k_nonce_bytes = 4;

/// The longest message taken, without its nonce. The first function reads 32 bytes of it, native5 all; 64 KiB is far
/// above any header.
inline constexpr std::uint32_t k_message_bytes_max = 65536;

[[nodiscard]] AlgorithmSpec cosmic_harmony_spec();
[[nodiscard]] AlgorithmSpec native5_spec();

// Tables of known answers, complete inputs; in files of their own.
[[nodiscard]] std::vector<AlgorithmSpec::Vector> cosmic_harmony_answers();
[[nodiscard]] std::vector<AlgorithmSpec::Vector> native5_answers();

} // namespace nebula::cosmic_harmony
