#include "common/u256.h"

#include "common/hex.h"

#include <gtest/gtest.h>
#include <random>

namespace nebula::common {
namespace {

U256 number(std::string_view hex) {
   std::string padded(64 - hex.size(), '0');
   return U256::from_big_endian(*array_from_hex<32>(padded.append(hex)));
}

U256 random_number(std::mt19937_64 &random) {
   std::array<std::uint8_t, 32> bytes{};
   for (auto &byte : bytes)
      byte = static_cast<std::uint8_t>(random());
   return U256::from_big_endian(bytes) >> static_cast<unsigned>(random() % 256);
}

TEST(U256, products_and_quotients_equal_results_computed_elsewhere) {
   const U256 a = number("123456789abcdef0fedcba9876543210deadbeefcafebabe0123456789abcdef");
   const U256 b = number("fedcba98765432100123456789abcdef");
   // Python: hex(a * b % 2**256), hex(a // b), hex(a % b)
   EXPECT_EQ(to_hex((a * b).to_big_endian()), "881cea723d3884f1c6f1e58acc48cc2fa0eeadebabda00fedca5e20890f2a521");
   EXPECT_EQ(to_hex((a / b).to_big_endian()), "000000000000000000000000000000001249249249249238ec5397829cbc14e8");
   EXPECT_EQ(to_hex((a % b).to_big_endian()), "000000000000000000000000000000002143249deb5d1857cf9ef0ca7a5e8157");
}

TEST(U256, decimal_text_is_exact) {
   EXPECT_EQ(U256().to_decimal(), "0");
   EXPECT_EQ(U256(10'000'000'000'000'000'000ull).to_decimal(), "10000000000000000000");
   EXPECT_EQ(U256::max().to_decimal(),
             "115792089237316195423570985008687907853269984665640564039457584007913129639935");
}

TEST(U256, a_quotient_times_its_divisor_plus_the_remainder_is_the_dividend) {
   const std::uint64_t seed = std::random_device{}();
   SCOPED_TRACE(seed);
   std::mt19937_64 random(seed);
   for (int i = 0; i < 2'000; ++i) {
      const U256 a = random_number(random);
      const U256 b = random_number(random) + U256(1);
      if (b.is_zero())
         continue;
      EXPECT_EQ(a / b * b + a % b, a);
      EXPECT_LT(a % b, b);
   }
}

TEST(U256, shifts_multiply_and_divide_by_powers_of_two) {
   std::mt19937_64 random(7);
   for (unsigned bits = 0; bits < 256; ++bits) {
      const U256 a = random_number(random);
      const U256 power = U256(1) << bits;
      EXPECT_EQ(a << bits, a * power);
      EXPECT_EQ(a >> bits, a / power);
   }
   EXPECT_EQ(U256(1) << 256, U256());
}

TEST(U256, sums_saturate_only_when_asked_to) {
   EXPECT_EQ(U256::max() + U256(1), U256());
   EXPECT_EQ(U256::saturating_add(U256::max(), U256(1)), U256::max());
   EXPECT_EQ(U256() - U256(1), U256::max());
}

TEST(U256, order_is_by_the_most_significant_bytes) {
   EXPECT_LT(number("ff"), number("0100000000000000000000000000000000"));
   EXPECT_GT(U256::max(), number("ff"));
}

} // namespace
} // namespace nebula::common
