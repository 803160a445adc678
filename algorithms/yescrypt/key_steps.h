#pragma once

/// What happens before and after smix: everything that is SHA-256.

#include <span>

#include "common/sha256.h"
#include "parameters.h"

namespace nebula::yescrypt {

/// The personality of a hash of `input`; empty when it is absent. It lives as long as both.
[[nodiscard]] std::span<const std::uint8_t> personality_of(const Parameters &parameters,
                                                           std::span<const std::uint8_t> input) noexcept;

/// B (row_bytes, of which 1.0 uses and gets the first 128 bytes only) from h0 = SHA-256(input). Returns h1.
common::Digest256 derive_b(const Parameters &parameters, const common::Digest256 &h0,
                           std::span<const std::uint8_t> input, std::uint8_t *b) noexcept;

/// The digest from h1 and B as smix left it.
[[nodiscard]] common::Digest256 finish_hash(const Parameters &parameters, const common::Digest256 &h1,
                                            std::span<const std::uint8_t> b,
                                            std::span<const std::uint8_t> input) noexcept;

} // namespace nebula::yescrypt
