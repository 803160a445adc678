// The fast mode. It needs 2.3 GiB and half a minute of two cores: asked for by NEBULA_TEST_RANDOMX_FAST=1.

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <thread>

#include "algorithm.h"
#include "dataset.h"
#include "support.h"

namespace nebula::test {
namespace {

using namespace nebula::randomx;

/// Two threads that run posted tasks, as a host's executor does.
class Pool {
public:
   Pool() {
      for (unsigned i = 0; i < 2; ++i)
         threads_.emplace_back([this] { run(); });
   }
   ~Pool() {
      {
         const std::lock_guard lock(mutex_);
         over_ = true;
      }
      changed_.notify_all();
      for (std::thread &thread : threads_)
         thread.join();
   }
   void post(std::function<void()> task) {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
      changed_.notify_one();
   }

private:
   void run() {
      for (;;) {
         std::unique_lock lock(mutex_);
         changed_.wait(lock, [this] { return over_ || !tasks_.empty(); });
         if (over_)
            return;
         const std::function<void()> task = std::move(tasks_.front());
         tasks_.pop_front();
         lock.unlock();
         task();
      }
   }

   std::mutex mutex_;
   std::condition_variable changed_;
   std::deque<std::function<void()>> tasks_;
   bool over_ = false;
   std::vector<std::thread> threads_;
};

TEST(Dataset, says_so_and_stays_light_when_no_worker_takes_its_tasks) {
   const Maker maker({.huge_pages = false}, [] {});
   KeyCaches caches(maker);
   std::string why;
   Dataset dataset(maker, {.post = [](std::function<void()>) { throw std::runtime_error("stopped"); },
                           .count = 2,
                           .progress = [](std::uint64_t, std::uint64_t) {},
                           .failed = [&](std::string_view text) { why = text; }});
   const auto cache = caches.get(key_of("k"));
   for (unsigned i = 1; i < k_interest; ++i)
      dataset.want(cache);
   EXPECT_EQ(why, "") << "a few slices are not worth a dataset";
   dataset.want(cache);
   EXPECT_EQ(why, "stopped");
   EXPECT_FALSE(dataset.read("k"));
   why.clear();
   for (unsigned i = 0; i < 2 * k_interest; ++i)
      dataset.want(cache);
   dataset.build_ahead(cache);
   EXPECT_EQ(why, "") << "once is enough";
}

class FastMode : public testing::Test {
protected:
   void SetUp() override {
      if (!std::getenv("NEBULA_TEST_RANDOMX_FAST"))
         GTEST_SKIP() << "SKIPPED: set NEBULA_TEST_RANDOMX_FAST=1 (2.3 GiB of memory, about a minute)";
   }

   void wait_until_ready(const std::string &key) {
      while (!dataset_.read(key))
         std::this_thread::sleep_for(std::chrono::milliseconds(20));
   }

   FakeHost host_;
   Maker maker_{{}, [] {}};
   KeyCaches caches_{maker_};
   std::atomic<std::uint64_t> last_done_{0}, total_{0};
   Pool pool_;
   Dataset dataset_{maker_,
                    {.post = [this](std::function<void()> task) { pool_.post(std::move(task)); },
                     .count = 2,
                     .progress =
                        [this](std::uint64_t done, std::uint64_t total) {
                           last_done_ = std::max<std::uint64_t>(last_done_, done);
                           total_ = total;
                        },
                     .failed = [](std::string_view why) { ADD_FAILURE() << why; }}};
};

TEST_F(FastMode, gives_the_light_hashes_before_while_and_after_the_dataset_is_built_and_rebuilt) {
   CpuBackend backend(fast_backend_spec(maker_, caches_, dataset_));
   backend.provide(host_.host());
   TestSession session(*backend.table());
   session.prepare("key one");
   EXPECT_TRUE(dataset_.read("key one")) << "prepared is prepared";
   EXPECT_EQ(last_done_, total_);
   ASSERT_EQ(session.submit("key one", 0, 20, everything()), NEB_OK);
   expect_same(session.wait().hits, all_hits("key one", 0, 20));

   // The next key, ahead of its time, leaves the present one its dataset.
   session.prepare("key two");
   EXPECT_TRUE(dataset_.read("key one"));
   ASSERT_EQ(session.submit("key two", 0, 4, everything()), NEB_OK);
   expect_same(session.wait().hits, all_hits("key two", 0, 4));
   EXPECT_TRUE(dataset_.read("key one")) << "a few hashes do not take it away either";

   // Its jobs do, in the background.
   last_done_ = 0;
   ASSERT_EQ(session.submit("key two", 0, 2 * k_interest, Number256{}), NEB_OK);
   EXPECT_EQ(session.wait().hashes_done, 2 * k_interest);
   EXPECT_FALSE(dataset_.read("key one"));
   wait_until_ready("key two");
   ASSERT_EQ(session.submit("key two", 0, 20, everything()), NEB_OK);
   expect_same(session.wait().hits, all_hits("key two", 0, 20));

   // A late job of the previous key is hashed lightly.
   ASSERT_EQ(session.submit("key one", 9, 3, everything()), NEB_OK);
   expect_same(session.wait().hits, all_hits("key one", 9, 3));
   EXPECT_TRUE(dataset_.read("key two"));
}

} // namespace
} // namespace nebula::test
