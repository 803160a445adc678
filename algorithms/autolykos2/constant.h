#pragma once

/// The words that all elements hash, as BLAKE2b reads them.

#include <array>
#include <cstdint>

#include "rules.h"

namespace nebula::autolykos2 {

inline constexpr unsigned k_block_words = 16;

/// index and height, then M: 64 blocks and one word.
inline constexpr unsigned k_element_words = 1 + k_constant_words;
static_assert(k_element_words % k_block_words == 1 && k_element_bytes == 8 * k_element_words);

/// Word w of every element's message; word 0, which differs, is zero here. Big-endian numbers in little-endian words.
/// 8.2 kB: it stays in the first-level cache beside everything else.
alignas(64) inline constexpr auto k_element_table = [] {
   std::array<std::uint64_t, k_element_words> out{};
   for (unsigned w = 1; w < k_element_words; ++w)
      out[w] = __builtin_bswap64(w - 1);
   return out;
}();

} // namespace nebula::autolykos2
