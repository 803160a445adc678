#include <gtest/gtest.h>

#include "scanner.h"

namespace nebula::test {
namespace {

using namespace nebula::yescrypt;

/// Reports until the choice is made; a pair's hash takes `together`, a lone one `alone`.
WaysChoice decided(std::uint64_t together, std::uint64_t alone) {
   WaysChoice choice(2);
   for (unsigned turn = 0; turn < 2 * WaysChoice::k_turns; ++turn) {
      EXPECT_TRUE(choice.measuring());
      EXPECT_EQ(choice.ways(), turn % 2 == 0 ? 2u : 1u);
      choice.report(choice.ways() == 2 ? together : alone);
   }
   EXPECT_FALSE(choice.measuring());
   return choice;
}

TEST(WaysChoice, takes_two_hashes_at_once_where_that_is_faster) {
   EXPECT_EQ(decided(70, 100).ways(), 2u);
}

TEST(WaysChoice, takes_one_hash_at_a_time_where_that_is_faster) {
   EXPECT_EQ(decided(110, 100).ways(), 1u);
}

TEST(WaysChoice, forgives_interruptions_as_long_as_one_turn_went_well) {
   WaysChoice choice(2);
   for (unsigned turn = 0; turn < 2 * WaysChoice::k_turns; ++turn)
      choice.report(choice.ways() == 1 ? 100 : turn == 2 ? 70 : 500);
   EXPECT_EQ(choice.ways(), 2u);
}

TEST(WaysChoice, has_nothing_to_measure_where_only_one_fits) {
   const WaysChoice choice(1);
   EXPECT_FALSE(choice.measuring());
   EXPECT_EQ(choice.ways(), 1u);
}

} // namespace
} // namespace nebula::test
