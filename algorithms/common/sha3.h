#pragma once

/// SHA3-256 and SHA3-512 (FIPS 202), by OpenSSL.

#include <array>
#include <cstdint>
#include <span>

namespace nebula::common {

/// Thread-safe. Throws std::runtime_error when OpenSSL refuses (a build of it without SHA-3).
[[nodiscard]] std::array<std::uint8_t, 32> sha3_256(std::span<const std::uint8_t> message);

/// As sha3_256, with 64 bytes out.
[[nodiscard]] std::array<std::uint8_t, 64> sha3_512(std::span<const std::uint8_t> message);

} // namespace nebula::common
