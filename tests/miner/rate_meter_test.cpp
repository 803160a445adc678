#include "core/rate_meter.h"

#include <gtest/gtest.h>

#include <random>

namespace nebula::miner {

namespace {

constexpr std::uint64_t k_second = 1'000'000'000;
constexpr std::uint64_t k_start = 5'000 * k_second + 123'456'789;

} // namespace

TEST(RateMeter, SeesASteadyRateInEveryWindow) {
   RateMeter meter(k_start);
   std::uint64_t now = k_start;
   for (int i = 0; i < 20'000; ++i)
      meter.add(now += 50'000'000, 500); // 10,000 a second for 1,000 seconds
   for (const std::uint64_t window : {RateMeter::k_short_s, RateMeter::k_medium_s, RateMeter::k_long_s})
      EXPECT_NEAR(meter.rate(now, window), 10'000, 60) << window;
   EXPECT_EQ(meter.total(), 10'000'000u);
}

TEST(RateMeter, TakesTheTimeSoFarWhileItIsYoung) {
   RateMeter meter(k_start);
   meter.add(k_start + k_second, 3000);
   meter.add(k_start + 2 * k_second, 3000);
   EXPECT_NEAR(meter.rate(k_start + 2 * k_second, RateMeter::k_long_s), 3000, 1);
}

TEST(RateMeter, ForgetsWhatIsOlderThanItsWindows) {
   RateMeter meter(k_start);
   std::uint64_t now = k_start;
   for (int i = 0; i < 100; ++i)
      meter.add(now += k_second, 1000);
   EXPECT_DOUBLE_EQ(meter.rate(now + 30 * k_second, RateMeter::k_short_s), 0);
   EXPECT_GT(meter.rate(now + 30 * k_second, RateMeter::k_medium_s), 0);
   EXPECT_DOUBLE_EQ(meter.rate(now + 5000 * k_second, RateMeter::k_long_s), 0);
   meter.add(now + 5000 * k_second, 77);
   EXPECT_EQ(meter.total(), 100'077u);
}

TEST(RateMeter, NeverInventsHashes) {
   for (const std::uint64_t seed : {3u, 4u, 5u}) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      std::mt19937_64 random(seed);
      RateMeter meter(k_start);
      std::uint64_t now = k_start, sum = 0;
      for (int i = 0; i < 3000; ++i) {
         const std::uint64_t hashes = random() % 1'000'000;
         meter.add(now += random() % (3 * k_second), hashes);
         sum += hashes;
         if (now > k_start + k_second) {
            ASSERT_LE(meter.rate(now, RateMeter::k_long_s) * 900, static_cast<double>(sum) * 900);
            ASSERT_GE(meter.rate(now, RateMeter::k_long_s), 0);
         }
      }
      EXPECT_EQ(meter.total(), sum);
   }
}

} // namespace nebula::miner
