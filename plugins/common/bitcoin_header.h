#pragma once

/// The 80-byte header that miners of the yescrypt family build from a coinbase (Stratum v1), with its double SHA-256.

#include "bytes.h"
#include "u256.h"

#include <array>
#include <cstdint>
#include <span>

namespace nebula::common {

using Sha256Digest = std::array<std::uint8_t, 32>;

/// SHA-256 of SHA-256.
[[nodiscard]] Sha256Digest double_sha256(ByteView bytes);

/// The root that a coinbase and the branch beside it give: H(..H(H(H(coinbase) ‖ branch 0) ‖ branch 1)..).
[[nodiscard]] Sha256Digest bitcoin_merkle_root(ByteView coinbase, std::span<const Sha256Digest> branches);

inline constexpr std::size_t k_bitcoin_header_bytes = 80;
inline constexpr std::uint32_t k_bitcoin_nonce_offset = 76;

/// As its fields read; `encode` writes the numbers least significant byte first.
struct BitcoinHeader {
   std::uint32_t version = 0;
   Sha256Digest previous{};
   Sha256Digest merkle_root{};
   std::uint32_t time_s = 0;
   std::uint32_t bits = 0;
   std::uint32_t nonce = 0;

   [[nodiscard]] std::array<std::uint8_t, k_bitcoin_header_bytes> encode() const;
};

/// A target's compact form ("bits"), rounded down: three digits of base 256 and how many there are.
[[nodiscard]] std::uint32_t compact_target(const U256 &target);

} // namespace nebula::common
