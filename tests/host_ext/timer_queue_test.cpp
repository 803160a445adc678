#include "ext/timer_queue.h"

#include "support.h"

#include <atomic>
#include <vector>

namespace nebula::host::test {
namespace {

TEST(ManualClockTimers, FireInTheOrderOfTheirTimesAndThenOfTheirScheduling) {
   ManualClock clock;
   TimerQueue timers(clock);
   std::string order;
   timers.schedule_after(20, [&] { order += 'c'; });
   timers.schedule_after(10, [&] { order += 'a'; });
   timers.schedule_after(10, [&] { order += 'b'; });
   clock.advance(9);
   EXPECT_EQ(order, "");
   clock.advance(1);
   EXPECT_EQ(order, "ab");
   clock.advance(100);
   EXPECT_EQ(order, "abc");
   EXPECT_EQ(timers.size(), 0u);
}

TEST(ManualClockTimers, SeeEachPointOfTimeOnTheWay) {
   ManualClock clock(1000);
   TimerQueue timers(clock);
   std::vector<uint64_t> seen;
   const auto id = timers.schedule_every(10, [&] { seen.push_back(clock.monotonic_ns()); });
   clock.advance(35);
   EXPECT_EQ(seen, (std::vector<uint64_t>{1010, 1020, 1030}));
   EXPECT_TRUE(timers.cancel(id));
   clock.advance(100);
   EXPECT_EQ(seen.size(), 3u);
   EXPECT_EQ(clock.monotonic_ns(), 1135u);
}

TEST(ManualClockTimers, ACancelledOneNeverRuns) {
   ManualClock clock;
   TimerQueue timers(clock);
   bool ran = false;
   const auto id = timers.schedule_after(10, [&] { ran = true; });
   EXPECT_TRUE(timers.cancel(id));
   EXPECT_FALSE(timers.cancel(id));
   clock.advance(100);
   EXPECT_FALSE(ran);
}

TEST(ManualClockTimers, AFunctionMayCancelItselfAndScheduleMore) {
   ManualClock clock;
   TimerQueue timers(clock);
   int runs = 0;
   TimerQueue::Id id = 0;
   id = timers.schedule_every(10, [&] {
      if (++runs == 2) {
         EXPECT_FALSE(timers.cancel(id));
         timers.schedule_after(0, [&] { runs += 100; });
      }
   });
   clock.advance(1000);
   EXPECT_EQ(runs, 102);
}

TEST(ManualClockTimers, ANeverLeavesTimeAloneWhenItIsTheEndOfTime) {
   ManualClock clock;
   TimerQueue timers(clock);
   timers.schedule_after(UINT64_MAX, [] { FAIL(); });
   clock.advance(1'000'000'000'000);
   EXPECT_EQ(timers.size(), 1u);
}

TEST(RealClockTimers, RunOnTheirOwnAndAnEarlierOneOvertakes) {
   RealClock clock;
   TimerQueue timers(clock);
   std::atomic<int> ran{0};
   timers.schedule_after(3'600'000'000'000, [&] { ran += 100; });
   timers.schedule_after(1'000'000, [&] { ++ran; });
   EXPECT_TRUE(eventually([&] { return ran == 1; }));
}

TEST(RealClockTimers, CancelWaitsForAFunctionThatRuns) {
   RealClock clock;
   TimerQueue timers(clock);
   std::atomic<bool> inside{false};
   std::atomic<bool> left{false};
   const auto id = timers.schedule_after(0, [&] {
      inside = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      left = true;
   });
   ASSERT_TRUE(eventually([&] { return inside.load(); }));
   EXPECT_FALSE(timers.cancel(id));
   EXPECT_TRUE(left);
}

TEST(RealClockTimers, CancelledWhileFiringEitherRanWhollyOrNever) {
   RealClock clock;
   TimerQueue timers(clock);
   for (int i = 0; i < 500; ++i) {
      auto state =
         std::make_unique<std::atomic<int>>(0); // freed right after cancel: a late run would be seen by sanitizers
      const auto id =
         timers.schedule_after(static_cast<uint64_t>(i % 7) * 1000, [s = state.get()] { s->fetch_add(1); });
      const bool stopped = timers.cancel(id);
      EXPECT_EQ(state->load(), stopped ? 0 : 1);
   }
}

TEST(Clocks, TheManualWallClockCanJumpAlone) {
   ManualClock clock(5, 100);
   clock.set_wall_ns(50);
   clock.advance(10);
   EXPECT_EQ(clock.wall_ns(), 60);
   EXPECT_EQ(clock.monotonic_ns(), 15u);
}

TEST(Clocks, TheRealMonotonicClockNeverGoesBack) {
   const RealClock clock;
   uint64_t last = 0;
   for (int i = 0; i < 10'000; ++i) {
      const uint64_t now = clock.monotonic_ns();
      ASSERT_GE(now, last);
      last = now;
   }
}

} // namespace
} // namespace nebula::host::test
