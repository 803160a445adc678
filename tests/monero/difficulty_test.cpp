#include "core/difficulty.h"
#include "vectors.h"

#include <gtest/gtest.h>

#include <random>

namespace nebula::monero::test {

namespace {

// target * difficulty + rest == 2^256 - 1 with rest < difficulty, in schoolbook arithmetic on 32-bit limbs.
void expect_exact_quotient(const Hash &target, const Difficulty &difficulty) {
   const std::array<std::uint64_t, 4> factor = {difficulty.low & 0xffffffff, difficulty.low >> 32,
                                                difficulty.high & 0xffffffff, difficulty.high >> 32};
   std::array<std::uint64_t, 13> product{};
   for (std::size_t i = 0; i < 8; ++i) {
      std::uint64_t limb = 0;
      for (std::size_t byte = 0; byte < 4; ++byte)
         limb |= std::uint64_t{target[31 - 4 * i - byte]} << (8 * byte);
      std::uint64_t carry = 0;
      for (std::size_t j = 0; j < 4; ++j) {
         const std::uint64_t sum = product[i + j] + limb * factor[j] + carry;
         product[i + j] = sum & 0xffffffff;
         carry = sum >> 32;
      }
      product[i + 4] += carry;
   }
   for (std::size_t i = 8; i < product.size(); ++i)
      ASSERT_EQ(product[i], 0u) << "the product is above 2^256 - 1";
   for (std::size_t i = 4; i < 8; ++i)
      ASSERT_EQ(product[i], 0xffffffffu) << "the rest is 128 bits or more, so not under the difficulty";
   const std::uint64_t rest_low = ~(product[0] | product[1] << 32);
   const std::uint64_t rest_high = ~(product[2] | product[3] << 32);
   EXPECT_TRUE(rest_high < difficulty.high || (rest_high == difficulty.high && rest_low < difficulty.low));
}

} // namespace

TEST(Target, of_difficulty_one_is_everything) {
   EXPECT_EQ(to_hex(target_from_difficulty({0, 1})), std::string(64, 'f'));
}

TEST(Target, of_a_power_of_two_shifts_all_ones) {
   EXPECT_EQ(to_hex(target_from_difficulty({0, 256})), "00" + std::string(62, 'f'));
   EXPECT_EQ(to_hex(target_from_difficulty({1, 0})), std::string(16, '0') + std::string(48, 'f'));
}

TEST(Target, is_the_exact_quotient_for_difficulties_of_every_width) {
   const std::uint64_t seed = 20240611;
   SCOPED_TRACE("seed " + std::to_string(seed));
   std::mt19937_64 random(seed);
   for (unsigned bits = 1; bits <= 128; ++bits)
      for (int round = 0; round < 20; ++round) {
         Difficulty difficulty{random(), random()};
         if (bits <= 64) {
            difficulty.high = 0;
            difficulty.low = (difficulty.low | std::uint64_t{1} << 63) >> (64 - bits);
         } else {
            difficulty.high = (difficulty.high | std::uint64_t{1} << 63) >> (128 - bits);
         }
         expect_exact_quotient(target_from_difficulty(difficulty), difficulty);
      }
   expect_exact_quotient(target_from_difficulty({~0ull, ~0ull}), {~0ull, ~0ull});
}

TEST(Target, itself_is_met_and_the_next_number_is_not) {
   const Hash target = target_from_difficulty({0, 25});
   Hash digest;
   std::copy(target.rbegin(), target.rend(), digest.begin());
   EXPECT_TRUE(digest_meets_target(digest, target));
   digest[0] = static_cast<std::uint8_t>(digest[0] + 1); // its lowest byte is not ff: no carry
   EXPECT_FALSE(digest_meets_target(digest, target));
}

TEST(WideDifficulty, is_read_up_to_128_bits) {
   EXPECT_EQ(*parse_wide_difficulty("0x19"), (Difficulty{0, 25}));
   EXPECT_EQ(*parse_wide_difficulty("0x10000000000000000"), (Difficulty{1, 0}));
   EXPECT_EQ(*parse_wide_difficulty("0xffffffffffffffffffffffffffffffff"), (Difficulty{~0ull, ~0ull}));
}

TEST(WideDifficulty, refuses_anything_that_is_no_number_above_zero) {
   for (const char *bad : {"", "0x", "25", "0x0", "0x-1", "0x+1", "0xg", "0x1 ", "0x100000000000000000000000000000000"})
      EXPECT_FALSE(parse_wide_difficulty(bad)) << bad;
}

} // namespace nebula::monero::test
