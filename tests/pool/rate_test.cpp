#include "core/rate.h"

#include <gtest/gtest.h>

namespace nebula::pool {
namespace {

constexpr std::uint64_t k_second = 1'000'000'000;

TEST(RateMeter, a_steady_miner_has_its_rate_whether_young_or_old) {
   RateMeter meter;
   for (std::uint64_t s = 1; s <= 3'600; ++s) {
      meter.add(500, s * k_second);
      if (s >= 30) {
         EXPECT_NEAR(meter.per_second(0, s * k_second), 500, 15) << "after " << s << " s";
      }
   }
}

TEST(RateMeter, who_stopped_fades_away) {
   RateMeter meter;
   for (std::uint64_t s = 1; s <= 3'600; ++s)
      meter.add(500, s * k_second);
   EXPECT_NEAR(meter.per_second(0, 4'200 * k_second), 500 / 2.718, 10);
   EXPECT_LT(meter.per_second(0, 10'800 * k_second), 1);
}

TEST(RateMeter, nobody_has_no_rate) {
   EXPECT_EQ(RateMeter().per_second(0, 0), 0);
   EXPECT_EQ(RateMeter().per_second(0, k_second), 0);
}

} // namespace
} // namespace nebula::pool
