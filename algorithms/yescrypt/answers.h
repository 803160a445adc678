#pragma once

/// Known answers, all from implementations of others: of the algorithms and of the kernels' self-test.

#include <nebula/algorithm.hpp>

#include <array>
#include <vector>

#include "common/sha256.h"
#include "parameters.h"

namespace nebula::yescrypt {

/// A block header, with the nonce at its end.
inline constexpr std::uint32_t k_header_bytes = 80;
inline constexpr std::uint32_t k_nonce_offset = 76;

/// The input of most known answers: byte i is 3i mod 256.
using CountingInput = std::array<std::uint8_t, k_header_bytes>;
[[nodiscard]] constexpr CountingInput counting_input() noexcept {
   CountingInput input{};
   for (unsigned i = 0; i < input.size(); ++i)
      input[i] = static_cast<std::uint8_t>(3 * i);
   return input;
}

/// Of the counting input with N = 2048, r = 8 and no personality.
extern const common::Digest256 k_answer_0_5, k_answer_1_0;

/// The known answers of these parameters; none when nobody published any.
[[nodiscard]] std::vector<AlgorithmSpec::Vector> known_answers(const Parameters &parameters);

} // namespace nebula::yescrypt
