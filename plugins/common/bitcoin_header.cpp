#include "bitcoin_header.h"

#include <algorithm>

#include <sodium.h>

namespace nebula::common {
namespace {

void put_u32(std::uint8_t *out, std::uint32_t value) {
   for (unsigned i = 0; i < 4; ++i)
      out[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

} // namespace

Sha256Digest double_sha256(ByteView bytes) {
   Sha256Digest out;
   crypto_hash_sha256(out.data(), bytes.data(), bytes.size());
   crypto_hash_sha256(out.data(), out.data(), out.size());
   return out;
}

Sha256Digest bitcoin_merkle_root(ByteView coinbase, std::span<const Sha256Digest> branches) {
   Sha256Digest root = double_sha256(coinbase);
   for (const Sha256Digest &branch : branches) {
      std::array<std::uint8_t, 64> pair;
      std::ranges::copy(root, pair.begin());
      std::ranges::copy(branch, pair.begin() + 32);
      root = double_sha256(pair);
   }
   return root;
}

std::array<std::uint8_t, k_bitcoin_header_bytes> BitcoinHeader::encode() const {
   std::array<std::uint8_t, k_bitcoin_header_bytes> out{};
   put_u32(out.data(), version);
   std::ranges::copy(previous, out.begin() + 4);
   std::ranges::copy(merkle_root, out.begin() + 36);
   put_u32(out.data() + 68, time_s);
   put_u32(out.data() + 72, bits);
   put_u32(out.data() + k_bitcoin_nonce_offset, nonce);
   return out;
}

std::uint32_t compact_target(const U256 &target) {
   unsigned size = (target.bit_length() + 7) / 8;
   auto digits = static_cast<std::uint32_t>(size <= 3 ? (target << (8 * (3 - size))).saturated_u64()
                                                      : (target >> (8 * (size - 3))).saturated_u64());
   constexpr std::uint32_t k_sign = 0x800000; // of the first digit, which is never used
   if ((digits & k_sign) != 0) {
      digits >>= 8;
      ++size;
   }
   return size << 24 | digits;
}

} // namespace nebula::common
