// Built with -mavx2. Nothing here may run before CPUID has said yes.

#include <immintrin.h>

#include "lanes.h"

namespace nebula::autolykos2 {
namespace {

struct Vector {
   static constexpr unsigned k_lanes = 4;
   /// Sixteen registers for sixteen words: side by side, g++ spills half of them. Measured 11.1 k cycles an element
   /// against 16.4 k (Zen 4).
   static constexpr bool k_abreast = false;
   __m256i v;

   static Vector set1(std::uint64_t x) noexcept { return {_mm256_set1_epi64x(static_cast<long long>(x))}; }
   static Vector load(const std::uint64_t *p) noexcept {
      return {_mm256_load_si256(reinterpret_cast<const __m256i *>(p))};
   }
   static void store(std::uint64_t *p, Vector x) noexcept { _mm256_store_si256(reinterpret_cast<__m256i *>(p), x.v); }
   static Vector add(Vector x, Vector y) noexcept { return {_mm256_add_epi64(x.v, y.v)}; }
   static Vector xor_(Vector x, Vector y) noexcept { return {_mm256_xor_si256(x.v, y.v)}; }
   static Vector xor3(Vector x, Vector y, Vector z) noexcept { return xor_(xor_(x, y), z); }

   /// There is no rotation of 64 bits: whole bytes are shuffled, and one bit to the left is an addition.
   template <unsigned Bits>
   static Vector ror(Vector x) noexcept {
      if constexpr (Bits == 32)
         return {_mm256_shuffle_epi32(x.v, 0xB1)};
      else if constexpr (Bits == 63)
         return {_mm256_or_si256(_mm256_srli_epi64(x.v, 63), _mm256_add_epi64(x.v, x.v))};
      else
         return {_mm256_shuffle_epi8(x.v, bytes_by<Bits / 8>())};
   }

private:
   /// Rotates the eight bytes of each word right by so many.
   template <unsigned Bytes>
   static __m256i bytes_by() noexcept {
      constexpr auto byte = [](unsigned i) { return static_cast<char>((i & 8) | ((i + Bytes) & 7)); };
      const __m128i half = _mm_setr_epi8(byte(0), byte(1), byte(2), byte(3), byte(4), byte(5), byte(6), byte(7),
                                         byte(8), byte(9), byte(10), byte(11), byte(12), byte(13), byte(14), byte(15));
      return _mm256_broadcastsi128_si256(half);
   }
};

constexpr unsigned k_streams = 1;

void elements(const std::uint32_t *index, std::uint32_t height, Number *out) noexcept {
   hash_elements<Vector, k_streams>(index, height, out);
}

void hash(Short kind, const std::uint64_t *words, std::uint64_t *out) noexcept {
   hash_shorts<Vector, k_streams>(kind, words, out);
}

} // namespace

const Kernel k_avx2_kernel = {
   "avx2", "autolykos2/avx2", "device=cpu,kind=simd,simd=avx2,table=no", Vector::k_lanes *k_streams, 256, elements,
   hash};

} // namespace nebula::autolykos2
