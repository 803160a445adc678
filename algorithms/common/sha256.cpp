#include "common/sha256.h"

#include <algorithm>
#include <bit>

#include "common/bytes.h"
#include "common/cpu_features.h"
#include "common/sha256_rounds.h"

namespace nebula::common {

#if defined(NEBULA_HAVE_SHA_NI)
void sha256_compress_ni(std::uint32_t *state, const std::uint8_t *blocks, std::size_t count) noexcept;
#endif

namespace {

constexpr std::array<std::uint32_t, 8> k_start = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

[[nodiscard]] constexpr std::uint32_t sigma(std::uint32_t x, int a, int b, int c) noexcept {
   return std::rotr(x, a) ^ std::rotr(x, b) ^ std::rotr(x, c);
}

[[nodiscard]] constexpr std::uint32_t schedule_sigma(std::uint32_t x, int a, int b, int shift) noexcept {
   return std::rotr(x, a) ^ std::rotr(x, b) ^ x >> shift;
}

void store_be32(std::uint8_t *p, std::uint32_t v) noexcept {
   store_le32(p, __builtin_bswap32(v));
}

[[nodiscard]] Sha256Compress best_compress() noexcept {
   const Sha256Compress native = sha256_compress_native();
   return native ? native : sha256_compress_plain;
}

void compress(std::uint32_t *state, const std::uint8_t *blocks, std::size_t count) noexcept {
   static const Sha256Compress best = best_compress();
   best(state, blocks, count);
}

} // namespace

void sha256_compress_plain(std::uint32_t *state, const std::uint8_t *blocks, std::size_t count) noexcept {
   for (; count != 0; --count, blocks += k_sha256_block_bytes) {
      std::uint32_t w[64];
      for (unsigned i = 0; i < 16; ++i)
         w[i] = load_be32(blocks + std::size_t{i} * 4);
      for (unsigned i = 16; i < 64; ++i)
         w[i] = w[i - 16] + schedule_sigma(w[i - 15], 7, 18, 3) + w[i - 7] + schedule_sigma(w[i - 2], 17, 19, 10);
      std::uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
      std::uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
      for (unsigned i = 0; i < 64; ++i) {
         const std::uint32_t t1 = h + sigma(e, 6, 11, 25) + ((e & f) ^ (~e & g)) + k_sha256_rounds[i] + w[i];
         const std::uint32_t t2 = sigma(a, 2, 13, 22) + ((a & b) ^ (a & c) ^ (b & c));
         h = g, g = f, f = e, e = d + t1;
         d = c, c = b, b = a, a = t1 + t2;
      }
      state[0] += a, state[1] += b, state[2] += c, state[3] += d;
      state[4] += e, state[5] += f, state[6] += g, state[7] += h;
   }
}

Sha256Compress sha256_compress_native() noexcept {
#if defined(NEBULA_HAVE_SHA_NI)
   return cpu_features().sha ? sha256_compress_ni : nullptr;
#else
   return nullptr;
#endif
}

Sha256::Sha256() noexcept : state_(k_start), pending_{} {}

void Sha256::update(std::span<const std::uint8_t> data) noexcept {
   const std::size_t held = length_ % k_sha256_block_bytes;
   length_ += data.size();
   if (held != 0) {
      const std::size_t taken = std::min(k_sha256_block_bytes - held, data.size());
      std::copy_n(data.begin(), taken, pending_.begin() + static_cast<std::ptrdiff_t>(held));
      data = data.subspan(taken);
      if (held + taken < k_sha256_block_bytes)
         return;
      compress(state_.data(), pending_.data(), 1);
   }
   const std::size_t whole = data.size() / k_sha256_block_bytes;
   if (whole != 0)
      compress(state_.data(), data.data(), whole);
   data = data.subspan(whole * k_sha256_block_bytes);
   std::copy(data.begin(), data.end(), pending_.begin());
}

Digest256 Sha256::finish() noexcept {
   std::array<std::uint8_t, 2 * k_sha256_block_bytes> end{};
   const std::size_t held = length_ % k_sha256_block_bytes;
   std::copy_n(pending_.begin(), held, end.begin());
   end[held] = 0x80;
   const std::size_t blocks = held + 1 + 8 <= k_sha256_block_bytes ? 1 : 2;
   std::uint8_t *bit_length = end.data() + blocks * k_sha256_block_bytes - 8;
   store_be32(bit_length, static_cast<std::uint32_t>(length_ >> 29));
   store_be32(bit_length + 4, static_cast<std::uint32_t>(length_ << 3));
   compress(state_.data(), end.data(), blocks);
   Digest256 digest;
   for (unsigned i = 0; i < 8; ++i)
      store_be32(digest.data() + std::size_t{i} * 4, state_[i]);
   return digest;
}

Digest256 sha256(std::span<const std::uint8_t> data) noexcept {
   Sha256 hash;
   hash.update(data);
   return hash.finish();
}

HmacSha256::HmacSha256(std::span<const std::uint8_t> key) noexcept {
   std::array<std::uint8_t, k_sha256_block_bytes> padded{};
   if (key.size() > padded.size()) {
      const Digest256 hashed = sha256(key);
      std::copy(hashed.begin(), hashed.end(), padded.begin());
   } else {
      std::copy(key.begin(), key.end(), padded.begin());
   }
   for (std::uint8_t &byte : padded)
      byte ^= 0x36;
   inner_.update(padded);
   for (std::uint8_t &byte : padded)
      byte ^= 0x36 ^ 0x5c;
   outer_.update(padded);
}

Digest256 HmacSha256::finish() noexcept {
   outer_.update(inner_.finish());
   return outer_.finish();
}

Digest256 hmac_sha256(std::span<const std::uint8_t> key, std::span<const std::uint8_t> data) noexcept {
   HmacSha256 mac(key);
   mac.update(data);
   return mac.finish();
}

void pbkdf2_sha256_once(std::span<const std::uint8_t> password, std::span<const std::uint8_t> salt,
                        std::span<std::uint8_t> out) noexcept {
   HmacSha256 salted(password);
   salted.update(salt);
   for (std::uint32_t piece = 1; !out.empty(); ++piece) {
      HmacSha256 mac = salted;
      std::array<std::uint8_t, 4> number;
      store_be32(number.data(), piece);
      mac.update(number);
      const Digest256 digest = mac.finish();
      const std::size_t taken = std::min(digest.size(), out.size());
      std::copy_n(digest.begin(), taken, out.begin());
      out = out.subspan(taken);
   }
}

} // namespace nebula::common
