#include "accounts/window.h"

#include <gtest/gtest.h>

#include <random>

namespace nebula::pool::accounts {
namespace {

TEST(PoolWindow, takes_the_newest_work_and_a_part_of_the_slice_at_its_edge) {
   Window window;
   window.add(1, 100, 1);
   window.add(2, 300, 2);
   ASSERT_TRUE(window.close());
   window.add(1, 50, 3);
   window.add(3, 50, 4);
   EXPECT_EQ(window.newest(50), (Weights{{1, 25}, {3, 25}}));
   EXPECT_EQ(window.newest(100), (Weights{{1, 50}, {3, 50}}));
   EXPECT_EQ(window.newest(300), (Weights{{1, 100}, {2, 150}, {3, 50}})) << "half of the older slice";
   EXPECT_EQ(window.newest(10'000), (Weights{{1, 150}, {2, 300}, {3, 50}}));
   EXPECT_EQ(window.newest(0), Weights{});
   EXPECT_EQ(window.closed_through(), 2u);
}

TEST(PoolWindow, drops_what_no_window_reaches) {
   Window window;
   for (std::uint64_t i = 1; i <= 10; ++i) {
      window.add(1, 100, i);
      (void)window.close();
   }
   const auto change = window.trim(250);
   EXPECT_EQ(change.erase, (std::vector<Sequence>{1, 2, 3, 4, 5, 6, 7}));
   EXPECT_TRUE(change.put.empty());
   EXPECT_EQ(window.newest(10'000), (Weights{{1, 300}}));
   EXPECT_EQ(window.trim(0).erase, (std::vector<Sequence>{8, 9})) << "the newest says how far the journal is in slices";
   EXPECT_EQ(window.closed_through(), 10u);
}

TEST(PoolWindow, stays_within_its_limit_and_loses_no_work) {
   Window window;
   std::map<Sequence, Slice> rows; // what the store would have
   u128 total = 0;
   for (Sequence at = 1; at <= 20'000; ++at) {
      window.add(static_cast<std::uint32_t>(at % 3), at, at);
      total += at;
      const Slice closed = *window.close();
      rows[closed.first] = closed;
      const auto change = window.trim(~u128{0});
      for (const Sequence first : change.erase)
         ASSERT_EQ(rows.erase(first), 1u);
      for (const Slice &slice : change.put)
         rows[slice.first] = slice;
      ASSERT_LE(window.slices(), Window::k_slices_max);
   }
   EXPECT_EQ(window.total(), total);
   Window again;
   for (const auto &[first, slice] : rows)
      again.load(slice);
   EXPECT_EQ(again.total(), total);
   EXPECT_EQ(again.slices(), window.slices());
   EXPECT_EQ(again.newest(1'000'000), window.newest(1'000'000));
}

} // namespace
} // namespace nebula::pool::accounts
