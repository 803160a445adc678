#include "u256.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace nebula::common {
namespace {
__extension__ typedef unsigned __int128 u128;
} // namespace

U256 U256::from_big_endian(std::span<const std::uint8_t, 32> bytes) {
   U256 out;
   for (std::size_t i = 0; i < 32; ++i)
      out.limbs_[3 - i / 8] = out.limbs_[3 - i / 8] << 8 | bytes[i];
   return out;
}

std::array<std::uint8_t, 32> U256::to_big_endian() const {
   std::array<std::uint8_t, 32> out{};
   for (std::size_t i = 0; i < 32; ++i)
      out[i] = static_cast<std::uint8_t>(limbs_[3 - i / 8] >> (8 * (7 - i % 8)));
   return out;
}

unsigned U256::bit_length() const {
   for (unsigned i = 4; i-- > 0;) {
      if (limbs_[i] != 0)
         return 64 * i + static_cast<unsigned>(std::bit_width(limbs_[i]));
   }
   return 0;
}

std::string U256::to_decimal() const {
   constexpr std::uint64_t k_chunk = 10'000'000'000'000'000'000ull; // 10^19, the largest power of ten in 64 bits
   std::string out;
   U256 rest = *this;
   do {
      std::uint64_t carry = 0;
      for (unsigned i = 4; i-- > 0;) {
         const u128 value = static_cast<u128>(carry) << 64 | rest.limbs_[i];
         rest.limbs_[i] = static_cast<std::uint64_t>(value / k_chunk);
         carry = static_cast<std::uint64_t>(value % k_chunk);
      }
      std::string digits = std::to_string(carry);
      if (!rest.is_zero())
         digits.insert(0, 19 - digits.size(), '0');
      out.insert(0, digits);
   } while (!rest.is_zero());
   return out;
}

U256 operator+(const U256 &a, const U256 &b) {
   U256 out;
   u128 carry = 0;
   for (std::size_t i = 0; i < 4; ++i) {
      carry += static_cast<u128>(a.limbs_[i]) + b.limbs_[i];
      out.limbs_[i] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
   }
   return out;
}

U256 operator-(const U256 &a, const U256 &b) {
   U256 out;
   std::uint64_t borrow = 0;
   for (std::size_t i = 0; i < 4; ++i) {
      const u128 difference = static_cast<u128>(a.limbs_[i]) - b.limbs_[i] - borrow;
      out.limbs_[i] = static_cast<std::uint64_t>(difference);
      borrow = static_cast<std::uint64_t>(difference >> 64) & 1;
   }
   return out;
}

U256 operator*(const U256 &a, const U256 &b) {
   U256 out;
   for (std::size_t i = 0; i < 4; ++i) {
      u128 carry = 0;
      for (std::size_t j = 0; i + j < 4; ++j) {
         carry += static_cast<u128>(a.limbs_[i]) * b.limbs_[j] + out.limbs_[i + j];
         out.limbs_[i + j] = static_cast<std::uint64_t>(carry);
         carry >>= 64;
      }
   }
   return out;
}

U256 operator<<(const U256 &a, unsigned bits) {
   U256 out;
   if (bits >= 256)
      return out;
   const std::size_t limbs = bits / 64;
   const unsigned rest = bits % 64;
   for (std::size_t i = limbs; i < 4; ++i) {
      out.limbs_[i] = a.limbs_[i - limbs] << rest;
      if (rest != 0 && i > limbs)
         out.limbs_[i] |= a.limbs_[i - limbs - 1] >> (64 - rest);
   }
   return out;
}

U256 operator>>(const U256 &a, unsigned bits) {
   U256 out;
   if (bits >= 256)
      return out;
   const std::size_t limbs = bits / 64;
   const unsigned rest = bits % 64;
   for (std::size_t i = 0; i + limbs < 4; ++i) {
      out.limbs_[i] = a.limbs_[i + limbs] >> rest;
      if (rest != 0 && i + limbs + 1 < 4)
         out.limbs_[i] |= a.limbs_[i + limbs + 1] << (64 - rest);
   }
   return out;
}

/// Shift and subtract: at most 256 steps, and no special cases to get wrong. Divisions happen a few times per block.
U256::Division U256::divide(const U256 &a, const U256 &b) {
   if (b.is_zero())
      std::abort();
   Division out{{}, a};
   if (a < b)
      return out;
   if (b.bit_length() <= 64) { // a difficulty: limb by limb, the most significant first
      u128 rest = 0;
      for (unsigned i = 4; i-- > 0;) {
         rest = rest << 64 | a.limbs_[i];
         out.quotient.limbs_[i] = static_cast<std::uint64_t>(rest / b.limbs_[0]);
         rest %= b.limbs_[0];
      }
      out.remainder = U256(static_cast<std::uint64_t>(rest));
      return out;
   }
   unsigned shift = a.bit_length() - b.bit_length();
   U256 divisor = b << shift;
   for (;; --shift, divisor = divisor >> 1) {
      if (out.remainder >= divisor) {
         out.remainder = out.remainder - divisor;
         out.quotient.limbs_[shift / 64] |= 1ull << (shift % 64);
      }
      if (shift == 0)
         return out;
   }
}

U256 operator/(const U256 &a, const U256 &b) {
   return U256::divide(a, b).quotient;
}
U256 operator%(const U256 &a, const U256 &b) {
   return U256::divide(a, b).remainder;
}

U256 U256::saturating_add(const U256 &a, const U256 &b) {
   const U256 sum = a + b;
   return sum < a ? max() : sum;
}

} // namespace nebula::common
