// Built for any x86-64 processor.

#include "smix.h"

namespace nebula::yescrypt {
namespace {

struct Simd {
   template <int Bits>
   static __m128i rotl(__m128i x) noexcept {
      return _mm_or_si128(_mm_slli_epi32(x, Bits), _mm_srli_epi32(x, 32 - Bits));
   }
   static __m128i xor3(__m128i x, __m128i y, __m128i z) noexcept { return _mm_xor_si128(x, _mm_xor_si128(y, z)); }
};

} // namespace

SmixForms smix_sse2(Version version) noexcept {
   return smix_forms<Simd>(version);
}

} // namespace nebula::yescrypt
