#pragma once

/// Autolykos v2 as the specification reads, over libsodium's BLAKE2b: plain bytes, one nonce at a time. It shares no
/// step with the scanners. What may be exchanged is the kernel that computes the 32 terms, 97 % of the work.

#include <cstdint>
#include <span>

#include "element.h"
#include "kernels.h"
#include "rules.h"

namespace nebula::autolykos2 {

/// One element, plainly. Thread-safe, as everything here.
[[nodiscard]] Number plain_element(std::uint32_t index, std::uint32_t height) noexcept;

/// Everything on the way to a digest, for the documentation and for tests.
struct Solution {
   std::uint32_t first_index; ///< i
   Number first_element;      ///< e
   Digest seed;
   std::array<std::uint32_t, k_terms> indices; ///< J
   Number sum;                                 ///< f
   Digest digest;                              ///< the hit
};

/// Hashes message ‖ nonce on a table of `table_size` elements. `kernel` computes the 32 terms.
[[nodiscard]] Solution solve(std::span<const std::uint8_t, k_input_bytes> input, std::uint32_t height,
                             std::uint32_t table_size, const Kernel &kernel = k_plain_kernel);

} // namespace nebula::autolykos2
