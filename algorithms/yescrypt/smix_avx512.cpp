// Built with -mavx512vl: 128-bit registers all the same, but thirty-two of them, which rotate in one instruction.
// Nothing here may run before CPUID has said yes.

#include <immintrin.h>

#include "smix.h"

namespace nebula::yescrypt {
namespace {

struct Simd {
   template <int Bits>
   static __m128i rotl(__m128i x) noexcept {
      return _mm_rol_epi32(x, Bits);
   }
   static __m128i xor3(__m128i x, __m128i y, __m128i z) noexcept {
      return _mm_ternarylogic_epi32(x, y, z, 0x96); // odd parity of the three bits
   }
};

} // namespace

SmixForms smix_avx512(Version version) noexcept {
   return smix_forms<Simd>(version);
}

} // namespace nebula::yescrypt
