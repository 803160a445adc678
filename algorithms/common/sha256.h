#pragma once

/// SHA-256, and HMAC and PBKDF2 over it, by the processor's SHA instructions where it has them.
///
/// Objects copy: a copy taken half-way is the midstate from which many endings can be hashed.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace nebula::common {

using Digest256 = std::array<std::uint8_t, 32>;

/// What the compression function takes in at once.
inline constexpr std::size_t k_sha256_block_bytes = 64;

class Sha256 {
public:
   Sha256() noexcept;
   void update(std::span<const std::uint8_t> data) noexcept;
   /// The digest of everything updated so far. The object is spent.
   [[nodiscard]] Digest256 finish() noexcept;

private:
   std::array<std::uint32_t, 8> state_;
   std::array<std::uint8_t, k_sha256_block_bytes> pending_; ///< the last length_ % 64 bytes
   std::uint64_t length_ = 0;
};

[[nodiscard]] Digest256 sha256(std::span<const std::uint8_t> data) noexcept;

class HmacSha256 {
public:
   explicit HmacSha256(std::span<const std::uint8_t> key) noexcept;
   void update(std::span<const std::uint8_t> data) noexcept { inner_.update(data); }
   /// The object is spent.
   [[nodiscard]] Digest256 finish() noexcept;

private:
   Sha256 inner_, outer_;
};

[[nodiscard]] Digest256 hmac_sha256(std::span<const std::uint8_t> key, std::span<const std::uint8_t> data) noexcept;

/// PBKDF2-HMAC-SHA-256 with one iteration: fills `out`.
void pbkdf2_sha256_once(std::span<const std::uint8_t> password, std::span<const std::uint8_t> salt,
                        std::span<std::uint8_t> out) noexcept;

// The compression function over `count` blocks, in its two forms; for tests, the classes above choose themselves.
void sha256_compress_plain(std::uint32_t *state, const std::uint8_t *blocks, std::size_t count) noexcept;
/// Null when the processor or the build has no SHA instructions.
using Sha256Compress = void (*)(std::uint32_t *state, const std::uint8_t *blocks, std::size_t count) noexcept;
[[nodiscard]] Sha256Compress sha256_compress_native() noexcept;

} // namespace nebula::common
