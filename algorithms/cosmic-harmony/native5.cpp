#include "native5.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <vector>

#include "common/blake3.h"
#include "common/bytes.h"
#include "common/sha3.h"

namespace nebula::cosmic_harmony {
namespace {

using Bytes32 = std::array<std::uint8_t, 32>;
using Bytes64 = std::array<std::uint8_t, 64>;
using Matrix = std::array<std::uint64_t, 8>;

constexpr std::uint32_t k_golden32 = 0x9E3779B9u;
constexpr std::uint64_t k_golden64 = 0x9E3779B97F4A7C15u;

/// Stage 2: four passes of byte mixing, each followed by a rotation of the whole array by one byte.
Bytes32 stir(Bytes32 t) noexcept {
   for (unsigned pass = 0; pass < 4; ++pass) {
      for (unsigned i = 0; i < 32; ++i)
         t[i] = std::rotl(static_cast<std::uint8_t>(t[i] ^ static_cast<std::uint8_t>(k_golden64 >> i)), 3);
      std::rotate(t.begin(), t.begin() + 1, t.end());
   }
   return t;
}

/// Stage 3: the digest beside a masked copy of itself, stirred three times.
Bytes64 expand(const Bytes32 &b) noexcept {
   Bytes64 s;
   for (unsigned j = 0; j < 32; ++j) {
      s[j] = b[j];
      s[j + 32] = static_cast<std::uint8_t>(b[j] ^ static_cast<std::uint8_t>(k_golden64 >> ((8 * j) % 64)));
   }
   for (unsigned w = 0; w < 3; ++w)
      for (unsigned i = 0; i < 64; ++i)
         s[i] = static_cast<std::uint8_t>(s[i] ^ std::rotl(s[i], 1) ^
                                          static_cast<std::uint8_t>(k_golden32 >> ((8 * w + i) % 32)));
   return s;
}

/// Stage 4: eight 64-bit words, fed with the eight words of `c`.
Matrix mix(const Bytes64 &c) noexcept {
   Matrix m;
   for (unsigned i = 0; i < 8; ++i)
      m[i] = k_golden64 * (i + 1);
   for (unsigned r = 0; r < 8; ++r) {
      const std::uint64_t word = common::load_le64(c.data() + std::size_t{8} * r);
      for (unsigned i = 0; i < 8; ++i) {
         const std::uint64_t x = m[i] ^ word;
         m[i] = ((x * k_golden64) ^ (x >> 32)) + k_golden64;
         if (i > 0)
            m[i] ^= m[i - 1];
      }
      std::rotate(m.begin(), m.begin() + 1, m.end());
   }
   return m;
}

std::uint32_t fold(const Matrix &m, std::uint32_t nonce) noexcept {
   std::uint32_t h = 0;
   for (const std::uint64_t word : m)
      h ^= static_cast<std::uint32_t>(word >> 32) ^ static_cast<std::uint32_t>(word);
   return (h * k_golden32) ^ nonce;
}

/// Stage 5: all that came before, hashed together.
Bytes32 seal(const Bytes32 &a, const Bytes32 &b, const Bytes64 &c, const Matrix &m, std::uint32_t nonce) noexcept {
   std::array<std::uint8_t, 32 + 32 + 64 + 64 + 4 + 4> all;
   auto *out = std::copy(a.begin(), a.end(), all.data());
   out = std::copy(b.begin(), b.end(), out);
   out = std::copy(c.begin(), c.end(), out);
   for (const std::uint64_t word : m) {
      common::store_le64(out, word);
      out += 8;
   }
   common::store_le32(out, fold(m, nonce));
   common::store_le32(out + 4, nonce);
   return common::blake3_256(all);
}

} // namespace

std::array<std::uint8_t, 32> native5_appended(std::span<const std::uint8_t> input) {
   const std::uint32_t nonce = common::load_le32(input.data() + input.size() - 4);
   const Bytes32 a = common::blake3_256(input);
   const Bytes32 b = common::sha3_256(stir(a));
   const Bytes64 c = common::sha3_512(expand(b));
   return seal(a, b, c, mix(c), nonce);
}

std::array<std::uint8_t, 32> native5(std::span<const std::uint8_t> message, std::uint32_t nonce) {
   std::vector<std::uint8_t> input(message.size() + 4);
   std::copy(message.begin(), message.end(), input.begin());
   common::store_le32(input.data() + message.size(), nonce);
   return native5_appended(input);
}

} // namespace nebula::cosmic_harmony
