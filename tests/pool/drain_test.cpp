#include <gtest/gtest.h>

#include "core/drain.h"

#include <numeric>

namespace nebula::pool {
namespace {

TEST(Drain, nobody_leaves_at_first_then_all_leave_evenly_and_each_once) {
   constexpr std::uint64_t k_begin = 1'000, k_until = 5'000;
   std::vector<ConnectionId> all(1'000);
   std::iota(all.begin(), all.end(), 1);
   Drain drain(all, 7, k_begin, k_until);
   std::vector<ConnectionId> gone;
   for (std::uint64_t now = k_begin; now <= k_until; now += 10) {
      const auto due = drain.due(now);
      EXPECT_LE(due.size(), 5u) << "at " << now;
      if (now <= 2'000) {
         EXPECT_TRUE(due.empty()) << "at " << now;
      }
      gone.insert(gone.end(), due.begin(), due.end());
   }
   EXPECT_TRUE(drain.done());
   EXPECT_FALSE(std::ranges::is_sorted(gone)) << "in random order";
   std::ranges::sort(gone);
   EXPECT_EQ(gone, all);
}

TEST(Drain, without_time_all_leave_at_once) {
   Drain drain({1, 2, 3}, 7, 1'000, 1'000);
   EXPECT_EQ(drain.due(1'000).size(), 3u);
   EXPECT_TRUE(Drain({}, 7, 1'000, 2'000).done());
}

} // namespace
} // namespace nebula::pool
