// Built with -msha -msse4.1. Nothing here may run before CPUID has said yes.

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "common/sha256_rounds.h"

namespace nebula::common {

void sha256_compress_ni(std::uint32_t *state, const std::uint8_t *blocks, std::size_t count) noexcept;

namespace {

/// The state as the instructions want it: the words A B E F and C D G H, from the high end down.
struct Words {
   __m128i abef, cdgh;
};

[[nodiscard]] Words load(const std::uint32_t *state) noexcept {
   const __m128i dcba = _mm_loadu_si128(reinterpret_cast<const __m128i *>(state));
   const __m128i hgfe = _mm_loadu_si128(reinterpret_cast<const __m128i *>(state + 4));
   const __m128i cdab = _mm_shuffle_epi32(dcba, 0xB1);
   const __m128i efgh = _mm_shuffle_epi32(hgfe, 0x1B);
   return {_mm_alignr_epi8(cdab, efgh, 8), _mm_blend_epi16(efgh, cdab, 0xF0)};
}

void store(std::uint32_t *state, Words words) noexcept {
   const __m128i feba = _mm_shuffle_epi32(words.abef, 0x1B);
   const __m128i dchg = _mm_shuffle_epi32(words.cdgh, 0xB1);
   _mm_storeu_si128(reinterpret_cast<__m128i *>(state), _mm_blend_epi16(feba, dchg, 0xF0));
   _mm_storeu_si128(reinterpret_cast<__m128i *>(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

/// Four rounds, with the message words they take already in `w`.
void four_rounds(Words &words, __m128i w, unsigned first) noexcept {
   const __m128i constants = _mm_load_si128(reinterpret_cast<const __m128i *>(k_sha256_rounds + first));
   const __m128i sum = _mm_add_epi32(w, constants);
   words.cdgh = _mm_sha256rnds2_epu32(words.cdgh, words.abef, sum);
   words.abef = _mm_sha256rnds2_epu32(words.abef, words.cdgh, _mm_shuffle_epi32(sum, 0x0E));
}

/// Words t to t + 3 of the message schedule from the sixteen before, w[0] the oldest four.
[[nodiscard]] __m128i schedule(__m128i w0, __m128i w1, __m128i w2, __m128i w3) noexcept {
   const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4));
   return _mm_sha256msg2_epu32(sum, w3);
}

} // namespace

void sha256_compress_ni(std::uint32_t *state, const std::uint8_t *blocks, std::size_t count) noexcept {
   const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
   Words words = load(state);
   for (; count != 0; --count, blocks += 64) {
      const Words before = words;
      __m128i w[4];
      for (unsigned i = 0; i < 4; ++i) {
         w[i] = _mm_loadu_si128(reinterpret_cast<const __m128i *>(blocks) + i);
         w[i] = _mm_shuffle_epi8(w[i], big_endian);
         four_rounds(words, w[i], 4 * i);
      }
      for (unsigned i = 4; i < 16; ++i) {
         w[i & 3] = schedule(w[i & 3], w[(i + 1) & 3], w[(i + 2) & 3], w[(i + 3) & 3]);
         four_rounds(words, w[i & 3], 4 * i);
      }
      words.abef = _mm_add_epi32(words.abef, before.abef);
      words.cdgh = _mm_add_epi32(words.cdgh, before.cdgh);
   }
   store(state, words);
}

} // namespace nebula::common
