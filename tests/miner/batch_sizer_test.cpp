#include "core/batch_sizer.h"

#include <gtest/gtest.h>

#include <random>

namespace nebula::miner {

namespace {

constexpr std::uint64_t k_target = 30'000'000;

/// Batches of a device of constant speed until the size settles; returns the time of the last one.
std::uint64_t settle(BatchSizer &sizer, double hashes_per_ns, int batches) {
   std::uint64_t elapsed = 0;
   for (int i = 0; i < batches; ++i) {
      elapsed = static_cast<std::uint64_t>(static_cast<double>(sizer.next()) / hashes_per_ns) + 1;
      sizer.observe(sizer.next(), elapsed);
   }
   return elapsed;
}

} // namespace

TEST(BatchSizer, ReachesTheTargetTimeFromTwentyHashesASecondToATeraHash) {
   for (const double per_second : {20.0, 700.0, 37e6, 360e6, 10e9, 1e12}) {
      BatchSizer sizer(k_target, 0);
      const std::uint64_t elapsed = settle(sizer, per_second / 1e9, 20);
      const double ideal = per_second * 0.03;
      if (ideal < 1)
         EXPECT_EQ(sizer.next(), 1u) << per_second;
      else
         EXPECT_NEAR(static_cast<double>(elapsed), 3e7, ideal < 10 ? 3e7 : 3e6) << per_second;
   }
}

TEST(BatchSizer, BeginsWithOneNonceWhenNothingIsKnownAndWithTheHintOtherwise) {
   EXPECT_EQ(BatchSizer(k_target, 0).next(), 1u);
   EXPECT_EQ(BatchSizer(k_target, 5000).next(), 5000u);
}

TEST(BatchSizer, GrowsByStepsAndShrinksAtOnce) {
   BatchSizer sizer(k_target, 1000);
   sizer.observe(1000, 1);
   EXPECT_EQ(sizer.next(), 1000 * BatchSizer::k_growth_max);
   settle(sizer, 0.36, 20);
   sizer.observe(sizer.next(), 3'000'000'000); // a hundred times slower
   EXPECT_LT(sizer.next(), 4'000'000u);
}

TEST(BatchSizer, HandsOutWholeBlocksWhenTheyAreSmallBesideTheBatch) {
   BatchSizer sizer(k_target, 0);
   settle(sizer, 0.36, 20);
   EXPECT_EQ(sizer.next() % BatchSizer::k_round, 0u);
}

TEST(BatchSizer, StaysWithinItsLimitsWhateverItIsTold) {
   for (const std::uint64_t seed : {1u, 2u, 3u, 4u}) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      std::mt19937_64 random(seed);
      BatchSizer sizer(k_target, random());
      for (int i = 0; i < 10'000; ++i) {
         sizer.observe(random() >> (random() % 64), random() >> (random() % 64));
         ASSERT_GE(sizer.next(), 1u);
         ASSERT_LE(sizer.next(), BatchSizer::k_count_max);
      }
   }
}

} // namespace nebula::miner
