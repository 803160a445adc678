#pragma once

/// Targets in a form that is quick to compare with a digest of eight words.

#include <array>
#include <cstdint>

#include "common/bytes.h"

namespace nebula::common {

/// A 256-bit number as eight words, word 0 the most significant: arrays of them compare as the numbers do.
using Words256 = std::array<std::uint32_t, 8>;

/// The words of a target, 32 bytes big-endian.
[[nodiscard]] inline Words256 words_of_big(const std::uint8_t *bytes) noexcept {
   Words256 words;
   for (unsigned i = 0; i < 8; ++i)
      words[i] = load_be32(bytes + i * 4u);
   return words;
}

} // namespace nebula::common
