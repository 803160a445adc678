#pragma once

/// The numbers of Autolykos v2 in a form that adds quickly.

#include <array>
#include <bit>
#include <cstdint>

namespace nebula::autolykos2 {

static_assert(std::endian::native == std::endian::little, "the kernels take words as they lie in memory");

/// An unsigned integer of 256 bits; limb 0 is the least significant. An element of the table is one below 2^248. In 32
/// bytes an element never crosses a cache line, so reading one costs one miss; 31 bytes would save 3 % of memory.
struct alignas(32) Number {
   std::array<std::uint64_t, 4> limb{};

   friend bool operator==(const Number &, const Number &) = default;
};

/// A BLAKE2b-256 digest as the function leaves it: four little-endian words of the byte string.
using DigestWords = std::array<std::uint64_t, 4>;

/// Bytes 1..31 of the digest, read as a big-endian integer.
[[nodiscard]] inline Number element_of(const DigestWords &words) noexcept {
   constexpr std::uint64_t k_without_first_byte = ~std::uint64_t{0} >> 8;
   return {{__builtin_bswap64(words[3]), __builtin_bswap64(words[2]), __builtin_bswap64(words[1]),
            __builtin_bswap64(words[0]) & k_without_first_byte}};
}

/// The number as 32 big-endian bytes, in little-endian words: what `hit` hashes.
[[nodiscard]] inline DigestWords words_of(const Number &x) noexcept {
   return {__builtin_bswap64(x.limb[3]), __builtin_bswap64(x.limb[2]), __builtin_bswap64(x.limb[1]),
           __builtin_bswap64(x.limb[0])};
}

/// A sum of elements. Each limb has room for its carries, so the additions of different limbs do not wait for each
/// other; 2^64 elements fit.
class Sum {
public:
   void add(const Number &x) noexcept {
      for (unsigned i = 0; i < 4; ++i)
         limb_[i] += x.limb[i];
   }

   /// Precondition: at most 256 elements were added, else it has more than 256 bits.
   [[nodiscard]] Number number() const noexcept {
      Number out;
      Wide carry = 0;
      for (unsigned i = 0; i < 4; ++i) {
         carry += limb_[i];
         out.limb[i] = static_cast<std::uint64_t>(carry);
         carry >>= 64;
      }
      return out;
   }

private:
   __extension__ using Wide = unsigned __int128;
   std::array<Wide, 4> limb_{};
};

} // namespace nebula::autolykos2
