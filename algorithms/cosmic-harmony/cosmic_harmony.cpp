#include "cosmic_harmony.h"

#include <algorithm>
#include <bit>
#include <cstddef>

#include "common/bytes.h"

namespace nebula::cosmic_harmony {
namespace {

constexpr State k_initial = {0x6A09E667u, 0xBB67AE85u, 0x3C6EF372u, 0xA54FF53Au,
                             0x510E527Fu, 0x9B05688Cu, 0x1F83D9ABu, 0x5BE0CD19u};
constexpr unsigned k_rounds = 12;

void round(State &s) noexcept {
   for (unsigned i = 0; i < 8; ++i)
      s[i] = std::rotl(s[i] ^ s[(i + 1) % 8], 5) + s[(i + 2) % 8];
   for (unsigned i = 0; i < 4; ++i)
      std::swap(s[i], s[i + 4]);
}

} // namespace

State absorb(std::span<const std::uint8_t> message) noexcept {
   std::array<std::uint8_t, 32> padded{};
   std::copy_n(message.begin(), std::min(message.size(), padded.size()), padded.begin());
   State s = k_initial;
   for (unsigned i = 0; i < 8; ++i)
      s[i] ^= common::load_le32(padded.data() + std::size_t{4} * i);
   return s;
}

State permute(const State &absorbed, std::uint32_t nonce) noexcept {
   State s = absorbed;
   s[0] ^= nonce;
   s[1] ^= nonce >> 16;
   for (unsigned r = 0; r < k_rounds; ++r)
      round(s);
   std::uint32_t x = 0;
   for (const std::uint32_t word : s)
      x ^= word;
   for (std::uint32_t &word : s)
      word = (word ^ x) * k_golden;
   return s;
}

Digest to_bytes(const State &words) noexcept {
   Digest digest;
   for (unsigned i = 0; i < 8; ++i)
      common::store_le32(digest.data() + std::size_t{4} * i, words[i]);
   return digest;
}

Digest hash(std::span<const std::uint8_t> message, std::uint32_t nonce) noexcept {
   return to_bytes(permute(absorb(message), nonce));
}

} // namespace nebula::cosmic_harmony
