#pragma once

/// BLAKE3, unkeyed hash mode, 32 bytes out, as in the BLAKE3 paper (section 2). A whole message at once: the callers
/// hash block headers and short pipelines, never streams.

#include <array>
#include <cstdint>
#include <span>

namespace nebula::common {

/// The BLAKE3-256 digest of `message`, of any length. Thread-safe; allocates nothing.
[[nodiscard]] std::array<std::uint8_t, 32> blake3_256(std::span<const std::uint8_t> message) noexcept;

} // namespace nebula::common
