#include "ext/executor.h"

#include "support.h"

#include <algorithm>
#include <atomic>
#include <barrier>
#include <latch>
#include <mutex>
#include <stdexcept>
#include <vector>

namespace nebula::host::test {
namespace {

constexpr uint64_t k_far = UINT64_MAX; // a deadline that never comes

/// Posts a C++ function; it is freed after it ran (or leaks with a dropped task, hence static storage in tests that
/// drop).
template <class Function>
[[nodiscard]] neb_status post(Lane &lane, Function &function) {
   return lane.post([](void *user) { (*static_cast<Function *>(user))(); }, &function);
}
template <class Function>
[[nodiscard]] neb_status after(Lane &lane, uint64_t delay_ns, Function &function, neb_timer **out) {
   return lane.after(
      delay_ns, [](void *user) { (*static_cast<Function *>(user))(); }, &function, out);
}
template <class Body>
[[nodiscard]] neb_status parallel_for(Lane &lane, uint64_t count, Body &body) {
   return lane.parallel_for(
      count, [](void *user, uint64_t i) { (*static_cast<Body *>(user))(i); }, &body);
}

class ExecutorTest : public ::testing::Test {
protected:
   explicit ExecutorTest(Executor::Options options = {.threads = 2}) : executor_(clock_, timers_, options) {
      lane_->open();
   }
   ~ExecutorTest() override { EXPECT_TRUE(lane_->close(k_far)); }

   ManualClock clock_;
   TimerQueue timers_{clock_};
   Executor executor_;
   std::shared_ptr<Lane> lane_ = executor_.make_lane("chain");
};

TEST_F(ExecutorTest, RunsEachTaskOnceOnAWorker) {
   std::atomic<int> runs{0};
   std::atomic<bool> on_caller{false};
   const auto me = std::this_thread::get_id();
   auto task = [&] {
      on_caller = on_caller || std::this_thread::get_id() == me;
      ++runs;
   };
   for (int i = 0; i < 1000; ++i)
      ASSERT_EQ(post(*lane_, task), NEB_OK);
   EXPECT_TRUE(eventually([&] { return runs == 1000; }));
   EXPECT_FALSE(on_caller);
   EXPECT_EQ(lane_->waiting(), 0u);
}

TEST_F(ExecutorTest, ATaskMayPostItselfAgain) {
   std::atomic<int> runs{0};
   struct Again {
      Lane &lane;
      std::atomic<int> &runs;
      void operator()() {
         if (++runs < 100) {
            EXPECT_EQ(post(lane, *this), NEB_OK);
         }
      }
   } task{*lane_, runs};
   ASSERT_EQ(post(*lane_, task), NEB_OK);
   EXPECT_TRUE(eventually([&] { return runs == 100; }));
}

TEST_F(ExecutorTest, TasksPostedBeforeTheLaneOpensWait) {
   const auto lane = executor_.make_lane("later");
   std::atomic<int> runs{0};
   auto task = [&] { ++runs; };
   ASSERT_EQ(post(*lane, task), NEB_OK);
   std::atomic<int> others{0};
   auto other = [&] { ++others; };
   ASSERT_EQ(post(*lane_, other), NEB_OK);
   ASSERT_TRUE(eventually([&] { return others == 1; }));
   EXPECT_EQ(runs, 0);
   EXPECT_EQ(lane->waiting(), 1u);
   lane->open();
   EXPECT_TRUE(eventually([&] { return runs == 1; }));
   EXPECT_TRUE(lane->close(k_far));
}

TEST_F(ExecutorTest, AClosedLaneTakesNothing) {
   const auto lane = executor_.make_lane("gone");
   lane->open();
   EXPECT_TRUE(lane->close(k_far));
   auto task = [] {};
   neb_timer *timer = nullptr;
   EXPECT_EQ(post(*lane, task), NEB_E_STATE);
   EXPECT_EQ(after(*lane, 1, task, &timer), NEB_E_STATE);
   EXPECT_FALSE(lane->post_internal([](void *) {}, nullptr, nullptr));
}

TEST_F(ExecutorTest, ClosingDropsWhatWaitsAndWaitsForWhatRuns) {
   const auto lane = executor_.make_lane("busy");
   lane->open();
   std::latch started(2);
   std::atomic<bool> release{false};
   std::atomic<int> ended{0};
   auto blocking = [&] {
      started.count_down();
      while (!release)
         std::this_thread::yield();
      ++ended;
   };
   ASSERT_EQ(post(*lane, blocking), NEB_OK);
   ASSERT_EQ(post(*lane, blocking), NEB_OK);
   started.wait();
   std::atomic<int> dropped_runs{0};
   auto dropped = [&] { ++dropped_runs; };
   for (int i = 0; i < 10; ++i)
      ASSERT_EQ(post(*lane, dropped), NEB_OK);
   EXPECT_FALSE(lane->close(clock_.monotonic_ns())) << "two tasks are still running";
   EXPECT_EQ(lane->waiting(), 0u);
   release = true;
   EXPECT_TRUE(lane->close(k_far));
   EXPECT_EQ(ended, 2);
   EXPECT_EQ(dropped_runs, 0);
}

TEST_F(ExecutorTest, ClosingFromATaskOfTheLaneDoesNotWaitForItself) {
   const auto lane = executor_.make_lane("self");
   lane->open();
   std::atomic<int> result{-1};
   auto task = [&] { result = lane->close(k_far) ? 1 : 0; };
   ASSERT_EQ(post(*lane, task), NEB_OK);
   EXPECT_TRUE(eventually([&] { return result == 1; }));
   EXPECT_TRUE(lane->close(k_far));
}

class SmallLane : public ExecutorTest {
protected:
   SmallLane() : ExecutorTest({.threads = 2, .lane_tasks_max = 8}) {}
};

TEST_F(SmallLane, IsFullAtItsBoundAndTimersCount) {
   const auto lane = executor_.make_lane("held");
   auto task = [] {};
   for (int i = 0; i < 5; ++i)
      ASSERT_EQ(post(*lane, task), NEB_OK);
   for (int i = 0; i < 3; ++i)
      ASSERT_EQ(after(*lane, 1000, task, nullptr), NEB_OK);
   EXPECT_EQ(post(*lane, task), NEB_E_FULL);
   EXPECT_EQ(after(*lane, 1000, task, nullptr), NEB_E_FULL);
   EXPECT_TRUE(lane->post_internal([](void *) {}, nullptr, nullptr)) << "the host's own tasks do not count";
   EXPECT_TRUE(lane->close(k_far));
}

TEST_F(SmallLane, HandlesThatAreNeverCancelledAreBoundedToo) {
   auto task = [] {};
   std::vector<neb_timer *> handles(8);
   for (neb_timer *&handle : handles)
      ASSERT_EQ(after(*lane_, 0, task, &handle), NEB_OK);
   clock_.advance(1);
   ASSERT_TRUE(eventually([&] { return lane_->waiting() == 0; }));
   neb_timer *one_more = nullptr;
   EXPECT_EQ(after(*lane_, 0, task, &one_more), NEB_E_FULL);
   for (neb_timer *handle : handles)
      EXPECT_EQ(lane_->cancel(handle), NEB_E_GONE);
   EXPECT_EQ(after(*lane_, 0, task, &one_more), NEB_OK);
   EXPECT_EQ(lane_->cancel(one_more), NEB_OK);
}

TEST_F(ExecutorTest, ALaneTakesSixtyFiveThousandTasks) {
   const auto lane = executor_.make_lane("held");
   auto task = [] {};
   for (uint32_t i = 0; i < Executor::k_lane_tasks_max; ++i)
      ASSERT_EQ(post(*lane, task), NEB_OK);
   EXPECT_EQ(post(*lane, task), NEB_E_FULL);
   EXPECT_TRUE(lane->close(k_far));
}

TEST_F(ExecutorTest, ATimerRunsNotBeforeItsTime) {
   std::atomic<int> runs{0};
   auto task = [&] { ++runs; };
   ASSERT_EQ(after(*lane_, 100, task, nullptr), NEB_OK);
   clock_.advance(99);
   EXPECT_EQ(lane_->waiting(), 1u);
   EXPECT_EQ(runs, 0);
   clock_.advance(1);
   EXPECT_TRUE(eventually([&] { return runs == 1; }));
}

TEST_F(ExecutorTest, CancelInTimeMeansItWillNotRun) {
   std::atomic<int> runs{0};
   auto task = [&] { ++runs; };
   neb_timer *timer = nullptr;
   ASSERT_EQ(after(*lane_, 100, task, &timer), NEB_OK);
   EXPECT_EQ(lane_->cancel(timer), NEB_OK);
   EXPECT_EQ(lane_->waiting(), 0u);
   EXPECT_EQ(lane_->cancel(timer), NEB_E_INVALID) << "a handle is cancelled once";
   clock_.advance(1000);
   EXPECT_EQ(runs, 0);
}

TEST_F(ExecutorTest, CancelOfATimerThatWaitsForAWorkerMeansItWillNotRun) {
   const auto lane = executor_.make_lane("held");
   std::atomic<int> runs{0};
   auto task = [&] { ++runs; };
   neb_timer *timer = nullptr;
   ASSERT_EQ(after(*lane, 1, task, &timer), NEB_OK);
   clock_.advance(5); // due, but the lane is not open
   EXPECT_EQ(lane->cancel(timer), NEB_OK);
   lane->open();
   EXPECT_TRUE(lane->close(k_far));
   EXPECT_EQ(runs, 0);
}

TEST_F(ExecutorTest, CancelAfterItRanSaysGone) {
   std::atomic<int> runs{0};
   auto task = [&] { ++runs; };
   neb_timer *timer = nullptr;
   ASSERT_EQ(after(*lane_, 1, task, &timer), NEB_OK);
   clock_.advance(1);
   ASSERT_TRUE(eventually([&] { return runs == 1; }));
   EXPECT_EQ(lane_->cancel(timer), NEB_E_GONE);
}

TEST_F(ExecutorTest, CancelWhileItRunsWaitsForItsEnd) {
   std::latch started(1);
   std::atomic<bool> ended{false};
   auto task = [&] {
      started.count_down();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      ended = true;
   };
   neb_timer *timer = nullptr;
   ASSERT_EQ(after(*lane_, 1, task, &timer), NEB_OK);
   clock_.advance(1);
   started.wait();
   EXPECT_EQ(lane_->cancel(timer), NEB_E_GONE);
   EXPECT_TRUE(ended);
}

TEST_F(ExecutorTest, CancelFromTheTaskItselfDoesNotWait) {
   std::atomic<neb_timer *> timer{nullptr};
   std::atomic<int> answer{1};
   auto task = [&] {
      neb_timer *handle = nullptr;
      while ((handle = timer) == nullptr)
         std::this_thread::yield();
      answer = lane_->cancel(handle);
   };
   neb_timer *handle = nullptr;
   ASSERT_EQ(after(*lane_, 1, task, &handle), NEB_OK);
   timer = handle;
   clock_.advance(1);
   EXPECT_TRUE(eventually([&] { return answer == NEB_E_GONE; }));
}

TEST_F(ExecutorTest, AfterTheLaneClosedCancelSaysItWillNotRun) {
   const auto lane = executor_.make_lane("closing");
   lane->open();
   auto task = [] { FAIL(); };
   neb_timer *timer = nullptr;
   ASSERT_EQ(after(*lane, 100, task, &timer), NEB_OK);
   EXPECT_TRUE(lane->close(k_far));
   clock_.advance(1000);
   EXPECT_EQ(lane->cancel(timer), NEB_OK);
}

TEST_F(ExecutorTest, ParallelForRunsEachIndexOnceAndReturnsWhenAllAreDone) {
   for (const uint64_t count : {0u, 1u, 2u, 3u, 1000u}) {
      std::vector<std::atomic<int>> hits(count);
      auto body = [&](uint64_t i) { hits[i].fetch_add(1, std::memory_order_relaxed); };
      ASSERT_EQ(parallel_for(*lane_, count, body), NEB_OK);
      for (uint64_t i = 0; i < count; ++i)
         ASSERT_EQ(hits[i].load(std::memory_order_relaxed), 1) << i << " of " << count;
   }
}

TEST_F(ExecutorTest, ParallelForNestedInTasksAndInItselfDoesNotDeadlock) {
   std::atomic<uint64_t> leaves{0};
   std::atomic<int> finished{0};
   auto leaf = [&](uint64_t) { ++leaves; };
   auto middle = [&](uint64_t) { EXPECT_EQ(parallel_for(*lane_, 10, leaf), NEB_OK); };
   auto task = [&] {
      EXPECT_EQ(parallel_for(*lane_, 10, middle), NEB_OK);
      ++finished;
   };
   for (int i = 0; i < 20; ++i)
      ASSERT_EQ(post(*lane_, task), NEB_OK);
   EXPECT_TRUE(eventually([&] { return finished == 20; }));
   EXPECT_EQ(leaves, 2000u);
}

TEST_F(ExecutorTest, ParallelForUsesTheWorkersToo) {
   std::mutex mutex;
   std::vector<std::thread::id> threads;
   std::barrier together(3); // two workers and the caller must be inside at once
   auto body = [&](uint64_t) {
      together.arrive_and_wait();
      std::lock_guard lock(mutex);
      threads.push_back(std::this_thread::get_id());
   };
   ASSERT_EQ(parallel_for(*lane_, 3, body), NEB_OK);
   std::sort(threads.begin(), threads.end());
   EXPECT_EQ(std::unique(threads.begin(), threads.end()) - threads.begin(), 3);
}

TEST_F(ExecutorTest, ParallelForBeforeTheLaneOpensRunsOnTheCallerAlone) {
   const auto lane = executor_.make_lane("init");
   int sum = 0; // no lock needed
   auto body = [&](uint64_t i) { sum += static_cast<int>(i); };
   EXPECT_EQ(parallel_for(*lane, 10, body), NEB_OK);
   EXPECT_EQ(sum, 45);
}

TEST_F(ExecutorTest, AnExceptionOfABodyIsAFailureAndTheOthersStillRun) {
   std::atomic<int> runs{0};
   auto body = [&](uint64_t i) {
      ++runs;
      if (i == 3)
         throw std::runtime_error("index 3 is bad");
   };
   EXPECT_EQ(parallel_for(*lane_, 10, body), NEB_E_FAIL);
   EXPECT_EQ(runs, 10);
}

TEST_F(ExecutorTest, AThrowingTaskIsReportedWithTheInstanceAndTheWorkerGoesOn) {
   std::mutex mutex;
   std::vector<TaskTrouble> troubles;
   executor_.on_trouble([&](const TaskTrouble &trouble) {
      std::lock_guard lock(mutex);
      troubles.push_back(trouble);
   });
   auto task = [] { throw std::runtime_error("bad task"); };
   ASSERT_EQ(post(*lane_, task), NEB_OK);
   ASSERT_TRUE(eventually([&] {
      std::lock_guard lock(mutex);
      return !troubles.empty();
   }));
   EXPECT_EQ(troubles[0].kind, TaskTrouble::Kind::threw);
   EXPECT_EQ(troubles[0].instance, "chain");
   EXPECT_EQ(troubles[0].text, "bad task");
}

TEST_F(ExecutorTest, ATaskOfMoreThanTenSecondsIsReportedOnceAndSoIsItsEnd) {
   std::mutex mutex;
   std::vector<TaskTrouble> troubles;
   executor_.on_trouble([&](const TaskTrouble &trouble) {
      std::lock_guard lock(mutex);
      troubles.push_back(trouble);
   });
   std::latch started(1);
   std::atomic<bool> release{false};
   auto task = [&] {
      started.count_down();
      while (!release)
         std::this_thread::yield();
   };
   ASSERT_EQ(post(*lane_, task), NEB_OK);
   started.wait();
   clock_.advance(9'000'000'000);
   EXPECT_TRUE(troubles.empty());
   clock_.advance(20'000'000'000);
   {
      std::lock_guard lock(mutex);
      ASSERT_EQ(troubles.size(), 1u);
      EXPECT_EQ(troubles[0].kind, TaskTrouble::Kind::slow);
      EXPECT_EQ(troubles[0].instance, "chain");
   }
   release = true;
   EXPECT_TRUE(eventually([&] {
      std::lock_guard lock(mutex);
      return troubles.size() == 2 && troubles[1].kind == TaskTrouble::Kind::ended;
   }));
}

TEST_F(ExecutorTest, OneInstanceWithManyTasksDoesNotStarveAnother) {
   const auto greedy = executor_.make_lane("greedy");
   const auto modest = executor_.make_lane("modest");
   std::atomic<int> greedy_runs{0};
   std::atomic<int> greedy_when_modest_ended{-1};
   auto long_task = [&] {
      std::this_thread::sleep_for(std::chrono::microseconds(200));
      ++greedy_runs;
   };
   std::atomic<int> modest_runs{0};
   auto short_task = [&] {
      if (++modest_runs == 100)
         greedy_when_modest_ended = greedy_runs.load();
   };
   for (int i = 0; i < 2000; ++i)
      ASSERT_EQ(post(*greedy, long_task), NEB_OK);
   greedy->open();
   for (int i = 0; i < 100; ++i)
      ASSERT_EQ(post(*modest, short_task), NEB_OK);
   modest->open();
   ASSERT_TRUE(eventually([&] { return modest_runs == 100; }));
   // Taking turns by number would let the greedy one run a hundred long tasks meanwhile; by time it is a few. The bound
   // is the number it would have run first if nothing were fair.
   EXPECT_LT(greedy_when_modest_ended, 2000);
   EXPECT_TRUE(greedy->close(k_far));
   EXPECT_TRUE(modest->close(k_far));
}

TEST(ExecutorRaces, PostCancelAndCloseFromManyThreads) {
   RealClock clock;
   TimerQueue timers(clock);
   Executor executor(clock, timers, {.threads = 3});
   for (int round = 0; round < 20; ++round) {
      const auto lane = executor.make_lane("racy");
      auto alive = std::make_unique<std::atomic<int>>(0); // freed after close: a late task would be seen by sanitizers
      auto task = [state = alive.get()] { state->fetch_add(1); };
      lane->open();
      std::vector<std::thread> threads;
      for (int t = 0; t < 3; ++t)
         threads.emplace_back([&, t] {
            for (uint64_t i = 0; i < 200; ++i) {
               if (t == 0)
                  (void)post(*lane, task);
               neb_timer *timer = nullptr;
               if (t != 0 && after(*lane, i % 5 * 1000, task, &timer) == NEB_OK)
                  (void)lane->cancel(timer);
            }
         });
      if (round % 2 == 0)
         for (std::thread &thread : threads)
            thread.join();
      EXPECT_TRUE(lane->close(k_far));
      if (round % 2 != 0)
         for (std::thread &thread : threads)
            thread.join();
      alive.reset();
   }
}

TEST(ExecutorSize, IsOnePerCoreUnlessToldOtherwise) {
   ManualClock clock;
   TimerQueue timers(clock);
   EXPECT_GE(Executor(clock, timers).concurrency(), 1u);
   EXPECT_EQ(Executor(clock, timers, {.threads = 3}).concurrency(), 3u);
}

} // namespace
} // namespace nebula::host::test
