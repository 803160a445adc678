#pragma once

/// A 256-bit unsigned integer for targets, work and difficulty. Arithmetic is modulo 2^256 unless the name says
/// otherwise.

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>

namespace nebula::common {

class U256 {
public:
   constexpr U256() = default;
   constexpr U256(std::uint64_t value) : limbs_{value, 0, 0, 0} {}

   [[nodiscard]] static constexpr U256 max() {
      U256 out;
      out.limbs_ = {~0ull, ~0ull, ~0ull, ~0ull};
      return out;
   }
   [[nodiscard]] static U256 from_big_endian(std::span<const std::uint8_t, 32> bytes);
   [[nodiscard]] std::array<std::uint8_t, 32> to_big_endian() const;

   [[nodiscard]] constexpr bool is_zero() const { return (limbs_[0] | limbs_[1] | limbs_[2] | limbs_[3]) == 0; }

   /// The value when it fits, else 2^64 - 1.
   [[nodiscard]] constexpr std::uint64_t saturated_u64() const {
      return (limbs_[1] | limbs_[2] | limbs_[3]) == 0 ? limbs_[0] : ~0ull;
   }

   /// Position of the highest set bit plus one; 0 for zero.
   [[nodiscard]] unsigned bit_length() const;

   [[nodiscard]] std::string to_decimal() const;

   friend constexpr bool operator==(const U256 &, const U256 &) = default;
   friend constexpr std::strong_ordering operator<=>(const U256 &a, const U256 &b) {
      for (int i = 3; i >= 0; --i) {
         const auto n = static_cast<std::size_t>(i);
         if (a.limbs_[n] != b.limbs_[n])
            return a.limbs_[n] <=> b.limbs_[n];
      }
      return std::strong_ordering::equal;
   }

   friend U256 operator+(const U256 &a, const U256 &b);
   friend U256 operator-(const U256 &a, const U256 &b);
   friend U256 operator*(const U256 &a, const U256 &b);
   friend U256 operator<<(const U256 &a, unsigned bits);
   friend U256 operator>>(const U256 &a, unsigned bits);
   /// Precondition: b is not zero (aborts).
   friend U256 operator/(const U256 &a, const U256 &b);
   friend U256 operator%(const U256 &a, const U256 &b);

   /// a + b, or the maximum when that does not fit.
   [[nodiscard]] static U256 saturating_add(const U256 &a, const U256 &b);

private:
   struct Division;
   static Division divide(const U256 &a, const U256 &b);
   std::array<std::uint64_t, 4> limbs_{}; // least significant first
};

struct U256::Division {
   U256 quotient;
   U256 remainder;
};

} // namespace nebula::common
