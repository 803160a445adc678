#pragma once

/// What a scanner hashes for each nonce, word by word: the same bytes as the reference's, in the form of the kernels.

#include <cstdint>
#include <cstring>

#include "element.h"
#include "rules.h"

namespace nebula::autolykos2 {

/// The parts of one job's messages that all nonces share.
class MessageWords {
public:
   MessageWords() = default;

   /// `message`: k_message_bytes.
   explicit MessageWords(const std::uint8_t *message) noexcept : first_byte_(message[0]) {
      std::memcpy(plain_.data(), message, k_message_bytes);
      std::memcpy(shifted_.data(), message + 1, k_message_bytes - 1);
   }

   /// message ‖ nonce: calls put(word, value) for its five words.
   template <class Put>
   void input(std::uint64_t nonce, const Put &put) const noexcept {
      for (unsigned w = 0; w < 4; ++w)
         put(w, plain_[w]);
      put(4, __builtin_bswap64(nonce));
   }

   /// e ‖ message ‖ nonce: nine words. The 31 bytes of e and the first of the message fill four; so all that follows
   /// lies one byte nearer than in `input`.
   template <class Put>
   void seed(const Number &e, std::uint64_t nonce, const Put &put) const noexcept {
      const auto &limb = e.limb;
      put(0, __builtin_bswap64(limb[3] << 8 | limb[2] >> 56));
      put(1, __builtin_bswap64(limb[2] << 8 | limb[1] >> 56));
      put(2, __builtin_bswap64(limb[1] << 8 | limb[0] >> 56));
      put(3, __builtin_bswap64(limb[0] << 8 | first_byte_));
      for (unsigned w = 0; w < 3; ++w)
         put(4 + w, shifted_[w]);
      put(7, shifted_[3] | (nonce >> 56) << 56);
      put(8, __builtin_bswap64(nonce << 8));
   }

private:
   std::array<std::uint64_t, 4> plain_{}, shifted_{};
   std::uint8_t first_byte_ = 0;
};

/// Remainders of 32-bit numbers by one divisor, by two multiplications (Lemire, Kaser, Kurz 2019: exact for all of
/// them).
class Modulus {
public:
   Modulus() = default;
   explicit Modulus(std::uint32_t divisor) noexcept : divisor_(divisor), inverse_(~std::uint64_t{0} / divisor + 1) {}

   [[nodiscard]] std::uint32_t divisor() const noexcept { return divisor_; }

   [[nodiscard]] std::uint32_t of(std::uint32_t x) const noexcept {
      __extension__ using Wide = unsigned __int128;
      const std::uint64_t fraction = inverse_ * x;
      return static_cast<std::uint32_t>((Wide{fraction} * divisor_) >> 64);
   }

private:
   std::uint32_t divisor_ = 1;
   std::uint64_t inverse_ = 0;
};

/// J_0..J_31 of a seed.
inline void indices_of_seed(const DigestWords &seed, const Modulus &table_size, std::uint32_t *out) noexcept {
   // Four bytes from every place of the seed, which is followed by its own beginning.
   const std::uint64_t big[5] = {__builtin_bswap64(seed[0]), __builtin_bswap64(seed[1]), __builtin_bswap64(seed[2]),
                                 __builtin_bswap64(seed[3]), __builtin_bswap64(seed[0])};
   for (unsigned w = 0; w < 4; ++w) {
      for (unsigned k = 0; k < 5; ++k)
         out[8 * w + k] = table_size.of(static_cast<std::uint32_t>(big[w] >> (32 - 8 * k)));
      for (unsigned k = 5; k < 8; ++k)
         out[8 * w + k] =
            table_size.of(static_cast<std::uint32_t>(big[w] << (8 * k - 32) | big[w + 1] >> (96 - 8 * k)));
   }
}

} // namespace nebula::autolykos2
