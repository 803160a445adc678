#include "host/pow/eased_target.h"
#include "host/pow/hit_rate.h"

#include <gtest/gtest.h>

#include <random>

namespace nebula::host {

TEST(EasedTarget, IsHitByOneHashInTwoToTheBits) {
   EXPECT_EQ(target_of_bits(0).target[0], 0xff);
   EXPECT_EQ(target_of_bits(9).target[0], 0x00);
   EXPECT_EQ(target_of_bits(9).target[1], 0x7f);
   EXPECT_DOUBLE_EQ(target_of_bits(9).probability, 1.0 / 512);
   EXPECT_NEAR(probability_of(target_of_bits(9).target), 1.0 / 512, 1e-12);
}

TEST(EasedTarget, IsNeverHarderThanTheJobs) {
   const Number256 easy = target_of_bits(2).target;
   EXPECT_EQ(ease(easy, 1'000'000, 16).target, easy);
   EXPECT_GT(ease(target_of_bits(60).target, 1'000'000, 16).target, target_of_bits(60).target);
   EXPECT_EQ(ease(easy, 1'000'000, 0).target, easy) << "no hits can be afforded";
}

TEST(EasedTarget, MakesAboutAsManyHitsAsWanted) {
   for (const double wanted : {1.0, 5.0, 16.0}) {
      const EasedTarget eased = ease(target_of_bits(200).target, 12'345'678, wanted);
      const double due = eased.probability * 12'345'678;
      EXPECT_LE(due, wanted);
      EXPECT_GE(due, wanted / 2);
   }
}

TEST(HitRate, BelievesAnHonestBackendForAYear) {
   for (const std::uint64_t seed : {1u, 2u, 3u}) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      std::mt19937_64 random(seed);
      std::poisson_distribution<int> hits(16);
      HitRate rate;
      for (int batch = 0; batch < 200'000; ++batch)
         ASSERT_FALSE(rate.add(16, static_cast<std::uint64_t>(hits(random))).has_value()) << "batch " << batch;
   }
}

TEST(HitRate, FindsHalfOfTheWorkMissingWithinASecondOfBatches) {
   std::mt19937_64 random(7);
   std::poisson_distribution<int> hits(8);
   HitRate rate;
   int batches = 1;
   while (!rate.add(16, static_cast<std::uint64_t>(hits(random))))
      ASSERT_LT(++batches, 33);
}

TEST(HitRate, FindsOneLaneOfSixteenMissing) {
   std::mt19937_64 random(8);
   std::poisson_distribution<int> hits(15);
   HitRate rate;
   int batches = 1;
   while (!rate.add(16, static_cast<std::uint64_t>(hits(random))))
      ASSERT_LT(++batches, 4000);
}

TEST(HitRate, IsNotShieldedByGoodDays) {
   HitRate rate;
   for (int batch = 0; batch < 1'000'000; ++batch)
      ASSERT_FALSE(rate.add(16, 16).has_value());
   int batches = 1;
   while (!rate.add(16, 0))
      ASSERT_LT(++batches, 200);
}

} // namespace nebula::host
