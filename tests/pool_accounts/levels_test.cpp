#include "accounts/levels.h"

#include "accounts/withholding.h"

#include <gtest/gtest.h>

namespace nebula::pool::accounts {
namespace {

TEST(PoolLevels, begin_at_their_experience) {
   const auto levels = default_levels();
   ASSERT_EQ(levels.size(), 10u);
   EXPECT_EQ(levels[level_of(levels, 0)].name, "PHYSICAL");
   EXPECT_EQ(levels[level_of(levels, 999)].name, "PHYSICAL");
   EXPECT_EQ(levels[level_of(levels, 1'000)].name, "EMOTIONAL");
   EXPECT_EQ(levels[level_of(levels, 999'999)].name, "LIBERATION");
   EXPECT_EQ(levels[level_of(levels, 50'000'000)].name, "ON_THE_STAR");
   EXPECT_EQ(levels[level_of(levels, 50'000'000)].multiplier_percent, 200u);
}

TEST(PoolLevels, give_the_same_for_the_same_work_however_it_is_cut_into_shares) {
   EXPECT_EQ(share_milli_xp(50, 50, 1'000'000), 10'000u) << "10 at the reference";
   EXPECT_EQ(share_milli_xp(5'000, 50, 1'000'000), 100 * share_milli_xp(50, 50, 1'000'000));
   EXPECT_EQ(share_milli_xp(1'000, 0, 1'000'000), 10'000u) << "the reference follows the network";
   EXPECT_EQ(share_milli_xp(1, 0, 1'000'000), 10u);
}

TEST(PoolWithholding, is_the_poisson_tail) {
   EXPECT_DOUBLE_EQ(lower_tail(0, 0), 1);
   EXPECT_NEAR(lower_tail(0, 1'000'000), 0.36787944117, 1e-10);
   EXPECT_NEAR(lower_tail(2, 5'000'000), 0.12465201948, 1e-10) << "e^-5 (1 + 5 + 12.5)";
   EXPECT_NEAR(lower_tail(80, 100'000'000), 0.0226492, 1e-6) << "from a table";
   EXPECT_DOUBLE_EQ(lower_tail(10, 5'000'000), 1) << "more than expected is no suspicion";
   EXPECT_GT(lower_tail(0, 700'000'000), 0) << "tiny, but a number";
   EXPECT_LT(lower_tail(0, 700'000'000), 1e-300);
}

} // namespace
} // namespace nebula::pool::accounts
