#include "core/complaints.h"

#include <gtest/gtest.h>

namespace nebula::miner {
namespace {

constexpr std::int32_t k_lost = 6, k_stale = 2;
constexpr std::uint64_t k_interval = Complaints::k_interval_ns;

TEST(Complaints, of_a_kind_are_one_line_in_a_while_that_says_how_many_it_stands_for) {
   Complaints complaints;
   EXPECT_EQ(complaints.line(k_lost, "lost", 5), "lost");
   for (std::uint64_t i = 0; i < 40'000; ++i)
      EXPECT_EQ(complaints.line(k_lost, "lost", 6 + i), std::nullopt);
   EXPECT_EQ(complaints.line(k_lost, "lost again", 5 + k_interval), "lost again; 40000 more of the kind before it");
   EXPECT_EQ(complaints.line(k_lost, "lost", 6 + k_interval), std::nullopt);
   EXPECT_EQ(complaints.line(k_lost, "lost", 5 + 2 * k_interval), "lost; 1 more of the kind before it");
   EXPECT_EQ(complaints.line(k_lost, "lost", 5 + 3 * k_interval), "lost");
}

TEST(Complaints, of_another_kind_are_heard_beside_them) {
   Complaints complaints;
   EXPECT_EQ(complaints.line(k_lost, "lost", 0), "lost");
   EXPECT_EQ(complaints.line(k_stale, "stale", 0), "stale");
}

} // namespace
} // namespace nebula::miner
