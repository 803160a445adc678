#pragma once

/// The constants of the two versions, and the sizes that follow from N and r. docs/algorithms/yescrypt.md says why
/// each.

#include <array>
#include <cstddef>
#include <cstdint>

namespace nebula::yescrypt {

enum class Version : std::uint8_t { v0_5, v1_0 };

inline constexpr std::size_t k_block_bytes = 64; ///< 16 words; four lanes of two 64-bit halves
inline constexpr std::size_t k_entry_bytes = 16; ///< of an S-box: a lane
inline constexpr std::size_t k_fill_row_bytes = 128;

template <Version V>
struct Rules {
   static constexpr bool is_1_0 = V == Version::v1_0;
   static constexpr unsigned salsa_rounds = is_1_0 ? 2 : 8;
   static constexpr unsigned pwx_rounds = is_1_0 ? 3 : 6;
   static constexpr unsigned box_bits = is_1_0 ? 11 : 8;
   static constexpr unsigned boxes = is_1_0 ? 3 : 2;
   static constexpr std::size_t box_bytes = (std::size_t{1} << box_bits) * k_entry_bytes;
   static constexpr std::size_t boxes_bytes = boxes * box_bytes;
   static constexpr std::uint32_t box_mask =
      static_cast<std::uint32_t>(box_bytes - k_entry_bytes); ///< of a byte offset
   static constexpr unsigned fill_rows = static_cast<unsigned>(boxes_bytes / k_fill_row_bytes);
};

[[nodiscard]] constexpr std::size_t boxes_bytes(Version version) noexcept {
   return version == Version::v1_0 ? Rules<Version::v1_0>::boxes_bytes : Rules<Version::v0_5>::boxes_bytes;
}

/// X, B and each V_i.
[[nodiscard]] constexpr std::size_t row_bytes(std::uint32_t r) noexcept {
   return std::size_t{128} * r;
}

/// How often smix2 turns, writing V and then only reading it.
struct Turns {
   std::uint32_t writing, reading;
};

[[nodiscard]] constexpr Turns smix2_turns(Version version, std::uint32_t n) noexcept {
   const std::uint32_t third = (n + 2) / 3;
   const std::uint32_t all = (third + 1) & ~1u;
   const std::uint32_t writing = version == Version::v1_0 ? all : third & ~1u;
   return {writing, all - writing};
}

/// One of the latest 2^k rows among the rows 0 to i - 1, 2^k the greatest that fits; i >= 1.
[[nodiscard]] constexpr std::uint32_t wrap(std::uint32_t x, std::uint32_t i) noexcept {
   const std::uint32_t latest = std::uint32_t{1} << (31 - __builtin_clz(i));
   return (x & (latest - 1)) + (i - latest);
}

/// Word m of a block in shuffled order is natural word 5m mod 16: what pwxform calls a lane is a diagonal of Salsa20.
[[nodiscard]] constexpr unsigned natural_of_shuffled(unsigned m) noexcept {
   return 5 * m % 16;
}

} // namespace nebula::yescrypt
