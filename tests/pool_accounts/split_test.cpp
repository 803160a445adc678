#include "accounts/split.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace nebula::pool::accounts {
namespace {

Amount sum(const std::vector<Amount> &parts) {
   return std::accumulate(parts.begin(), parts.end(), Amount{0});
}

TEST(PoolSplit, gives_what_rounding_left_to_those_who_lost_most) {
   EXPECT_EQ(split(100, std::vector<std::uint64_t>{1, 1, 1}), (std::vector<Amount>{34, 33, 33}));
   EXPECT_EQ(split(10, std::vector<std::uint64_t>{3, 5, 7}), (std::vector<Amount>{2, 3, 5})) << "2.0, 3.33, 4.67";
   EXPECT_EQ(split(43'835'000, std::vector<std::uint64_t>{2, 1}), (std::vector<Amount>{29'223'333, 14'611'667}));
   EXPECT_EQ(split(0, std::vector<std::uint64_t>{2, 1}), (std::vector<Amount>{0, 0}));
   EXPECT_EQ(split(7, std::vector<std::uint64_t>{0, 0}), (std::vector<Amount>{0, 0}));
   EXPECT_EQ(split(7, std::vector<std::uint64_t>{}), std::vector<Amount>{});
}

TEST(PoolSplit, sums_to_the_whole_and_is_within_one_unit_of_the_exact_part_for_any_numbers) {
   std::mt19937_64 random(20261127);
   for (int round = 0; round < 3'000; ++round) {
      const auto any = [&] { return random() >> random() % 64; };
      const Amount whole = any();
      std::vector<std::uint64_t> weights(1 + random() % 50);
      for (std::uint64_t &weight : weights)
         weight = random() % 5 == 0 ? 0 : any();
      weights[0] |= 1;
      u128 total = 0;
      for (const std::uint64_t weight : weights)
         total += weight;
      const std::vector<Amount> parts = split(whole, weights);
      ASSERT_EQ(sum(parts), whole) << "round " << round;
      for (std::size_t i = 0; i < parts.size(); ++i) {
         const auto exact = static_cast<Amount>(u128{whole} * weights[i] / total);
         ASSERT_GE(parts[i], exact) << "round " << round;
         ASSERT_LE(parts[i] - exact, 1u) << "round " << round;
         ASSERT_TRUE(weights[i] != 0 || parts[i] == 0) << "round " << round;
      }
   }
}

TEST(PoolSplit, adds_what_levels_add_and_never_more_than_the_block_released) {
   const std::vector<Amount> parts{1'000, 1'000, 500};
   const std::vector<std::uint32_t> percents{100, 150, 200};
   EXPECT_EQ(bonuses(parts, percents, 5'000), (std::vector<Amount>{0, 500, 500}));
   EXPECT_EQ(bonuses(parts, percents, 1'000), (std::vector<Amount>{0, 500, 500}));
   EXPECT_EQ(bonuses(parts, percents, 333), (std::vector<Amount>{0, 167, 166})) << "scaled, to the unit";
   EXPECT_EQ(bonuses(parts, percents, 0), (std::vector<Amount>{0, 0, 0}));
   std::mt19937_64 random(7);
   for (int round = 0; round < 1'000; ++round) {
      std::vector<Amount> many(1 + random() % 40);
      std::vector<std::uint32_t> levels(many.size());
      u128 wanted = 0;
      for (std::size_t i = 0; i < many.size(); ++i) {
         many[i] = random() % 1'000'000'000;
         levels[i] = 100 + static_cast<std::uint32_t>(random() % 101);
         wanted += u128{many[i]} * (levels[i] - 100) / 100;
      }
      const Amount most = random() % 20'000'000'000;
      EXPECT_EQ(sum(bonuses(many, levels, most)), std::min<u128>(wanted, most)) << "round " << round;
   }
}

TEST(PoolSplit, takes_a_fee_of_millionths_rounded_down) {
   EXPECT_EQ(part_of(43'835'000, 10'000), 438'350u);
   EXPECT_EQ(part_of(99, 10'000), 0u);
   EXPECT_EQ(part_of(~Amount{0}, 1'000'000), ~Amount{0});
}

} // namespace
} // namespace nebula::pool::accounts
