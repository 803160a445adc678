#pragma once

/// How a digest compares with a target. Targets are 256-bit big-endian numbers; the digest's order is the algorithm's.

#include <array>
#include <cstdint>

#include "common/bytes.h"

namespace nebula::common {

/// A 256-bit number as eight words, word 0 the most significant: arrays of them compare as the numbers do.
using Words256 = std::array<std::uint32_t, 8>;

[[nodiscard]] inline Words256 words_of_big(const std::uint8_t *bytes) noexcept {
   Words256 words;
   for (unsigned i = 0; i < 8; ++i)
      words[i] = load_be32(bytes + i * 4u);
   return words;
}

/// A digest of order NEB_POW_ORDER_LITTLE: byte 31 is the most significant.
[[nodiscard]] inline Words256 words_of_little(const std::uint8_t *bytes) noexcept {
   Words256 words;
   for (unsigned i = 0; i < 8; ++i)
      words[i] = load_le32(bytes + (7 - i) * 4u);
   return words;
}

/// A digest of order NEB_POW_ORDER_WORDS32.
[[nodiscard]] inline Words256 words_of_words32(const std::uint8_t *bytes) noexcept {
   Words256 words;
   for (unsigned i = 0; i < 8; ++i)
      words[i] = load_le32(bytes + i * 4u);
   return words;
}

} // namespace nebula::common
