// Which datasets there are, and when: with memory that is only reserved, never filled.

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>

#include "algorithm.h"
#include "datasets.h"
#include "support.h"
#include "worker_pool.h"

namespace nebula::test {
namespace {

using namespace nebula::randomx;

class DatasetPlan : public testing::Test {
protected:
   static constexpr std::uint64_t k_items = 65536, k_piece = 4096; // 4 MiB

   static Maker &maker() {
      static Maker made({.huge_pages = false}, [] {});
      return made;
   }
   static KeyCaches &caches() {
      static KeyCaches made(maker());
      return made;
   }
   static std::shared_ptr<KeyCache> cache(const char *key) { return caches().get(key_of(key)); }

   DatasetWork work() {
      return {.items = k_items,
              .piece_items = k_piece,
              .allocate = [this] { return memory_ ? maker().make_dataset() : nullptr; },
              .fill =
                 [this](const Dataset &, const KeyCache &, std::uint64_t, std::uint64_t count) {
                    while (hold_)
                       std::this_thread::yield();
                    filled_ += count;
                 },
              .agrees = [this](Dataset &, KeyCache &) { return good_.load(); },
              .room = [this] { return room_.load(); }};
   }
   Workers workers() {
      return {.post =
                 [this](std::function<void()> task) {
                    if (!takes_tasks_)
                       throw std::runtime_error("stopped");
                    pool_.post(std::move(task));
                 },
              .count = 2,
              .progress =
                 [this](std::uint64_t done, std::uint64_t total) {
                    if (done == total)
                       ++completed_;
                 },
              .say = [this](std::string_view) { ++said_; },
              .failed =
                 [this](std::string_view why) {
                    ++failed_;
                    why_ = why;
                 }};
   }

   /// Slices of one key, one after the other; true: the last one had its dataset.
   bool mine(const char *key, std::uint64_t slices) {
      const auto of = cache(key);
      bool fast = false;
      while (slices-- > 0)
         fast = datasets_.for_job(of) != nullptr;
      return fast;
   }
   void prepare(const char *key) { datasets_.build_ahead(cache(key), never_); }
   bool has(const char *key) { return datasets_.find(key) != nullptr; }

   std::atomic<bool> memory_{true}, room_{true}, good_{true}, takes_tasks_{true}, hold_{false};
   const std::atomic<bool> never_{false};
   std::atomic<std::uint64_t> filled_{0};
   std::atomic<int> completed_{0}, said_{0}, failed_{0};
   std::string why_;
   Datasets datasets_{maker(), work(), workers()};
   WorkerPool pool_; // ends before what its tasks use
};

TEST_F(DatasetPlan, builds_one_for_a_key_that_jobs_go_on_asking_for) {
   EXPECT_FALSE(mine("a", k_interest - 1));
   pool_.settle();
   EXPECT_EQ(filled_, 0u) << "a few slices are not worth a dataset";
   EXPECT_FALSE(mine("a", 1)) << "and nobody waits for it";
   pool_.settle();
   EXPECT_EQ(filled_, k_items);
   EXPECT_EQ(completed_, 1);
   EXPECT_TRUE(mine("a", 1));
   EXPECT_TRUE(has("a")) << "and validation uses the same one";
   EXPECT_FALSE(has("b"));
}

TEST_F(DatasetPlan, has_the_next_one_ready_before_the_key_changes_and_lets_go_of_the_former_one_later) {
   prepare("a");
   ASSERT_TRUE(mine("a", 3));
   prepare("b");
   EXPECT_TRUE(mine("a", 1)) << "the present one serves on";
   EXPECT_TRUE(mine("b", 1)) << "not one slice of the new key is hashed lightly";
   EXPECT_TRUE(mine("a", 1)) << "nor are late jobs";
   const std::weak_ptr<Dataset> former = datasets_.find("a");
   EXPECT_TRUE(mine("b", k_stale - 1));
   EXPECT_FALSE(former.expired());
   EXPECT_TRUE(mine("b", 1));
   EXPECT_TRUE(former.expired()) << "its 2 GiB are free again";
   EXPECT_TRUE(has("b"));
   EXPECT_EQ(filled_, 2 * k_items);
   EXPECT_EQ(said_, 0);
}

TEST_F(DatasetPlan, says_once_that_it_cannot_prepare_the_next_one_for_want_of_memory) {
   prepare("a");
   ASSERT_TRUE(mine("a", 1));
   room_ = false;
   prepare("b");
   prepare("b");
   EXPECT_EQ(said_, 1);
   EXPECT_FALSE(has("b"));
   EXPECT_TRUE(mine("a", 1)) << "the present one stays";
}

TEST_F(DatasetPlan, gives_its_memory_to_another_key_only_when_that_is_there_to_stay) {
   prepare("a");
   ASSERT_TRUE(mine("a", 1));
   room_ = false;
   for (unsigned i = 0; i < 3 * k_interest; ++i) // two miners, two keys
      ASSERT_TRUE(!mine("b", 1) && mine("a", 1));
   EXPECT_FALSE(mine("b", k_interest));
   EXPECT_FALSE(has("a"));
   EXPECT_EQ(said_, 1);
   hold_ = true;
   EXPECT_FALSE(mine("b", 1)) << "begun, not waited for";
   hold_ = false;
   pool_.settle();
   EXPECT_TRUE(mine("b", 1));
}

TEST_F(DatasetPlan, begins_the_new_one_only_when_the_memory_of_the_old_one_is_back) {
   prepare("a");
   room_ = false;
   auto reader = datasets_.for_job(cache("a"));
   ASSERT_TRUE(reader);
   EXPECT_FALSE(mine("b", 3 * k_interest));
   pool_.settle();
   EXPECT_EQ(filled_, k_items) << "a reader still has the old one";
   reader.reset();
   EXPECT_FALSE(mine("b", 1));
   pool_.settle();
   EXPECT_TRUE(mine("b", 1));
}

TEST_F(DatasetPlan, replaces_one_that_nobody_mined_on_without_asking_long) {
   room_ = false;
   prepare("a");
   prepare("b");
   EXPECT_TRUE(has("b"));
   EXPECT_FALSE(has("a"));
   EXPECT_EQ(said_, 0);
}

TEST_F(DatasetPlan, ends_the_wait_of_a_session_that_is_given_up) {
   hold_ = true;
   std::atomic<bool> given_up{false};
   auto waiting = std::async(std::launch::async, [&] {
      try {
         datasets_.build_ahead(cache("a"), given_up);
      } catch (const Error &e) {
         return e.status();
      }
      return neb_status{NEB_OK};
   });
   given_up = true;
   datasets_.wake();
   hold_ = false; // a piece takes 40 ms and is not interrupted
   EXPECT_EQ(waiting.get(), NEB_E_CANCELLED);
   pool_.settle();
   EXPECT_TRUE(has("a")) << "the build goes on for the others";
}

TEST_F(DatasetPlan, abandons_a_build_when_it_is_stopped) {
   hold_ = true;
   EXPECT_FALSE(mine("a", k_interest));
   datasets_.stop();
   hold_ = false;
   pool_.settle();
   EXPECT_LE(filled_, 2 * k_piece);
   EXPECT_FALSE(mine("a", 2 * k_interest));
   pool_.settle();
   EXPECT_LE(filled_, 2 * k_piece) << "and begins no other";
   EXPECT_EQ(failed_, 0);
}

TEST_F(DatasetPlan, stays_light_and_says_why_once_when_no_worker_takes_its_tasks) {
   takes_tasks_ = false;
   EXPECT_FALSE(mine("a", 3 * k_interest));
   prepare("a");
   EXPECT_EQ(failed_, 1);
   EXPECT_EQ(why_, "stopped");
}

TEST_F(DatasetPlan, stays_light_and_says_why_once_when_there_is_no_memory) {
   memory_ = false;
   prepare("a");
   EXPECT_FALSE(mine("a", 3 * k_interest));
   EXPECT_EQ(failed_, 1);
   EXPECT_NE(why_.find("2080 MiB"), std::string::npos) << why_;
}

TEST_F(DatasetPlan, never_uses_one_that_disagrees_with_light_hashing) {
   good_ = false;
   prepare("a");
   EXPECT_FALSE(has("a"));
   EXPECT_FALSE(mine("a", 3 * k_interest));
   EXPECT_EQ(failed_, 1);
}

TEST_F(DatasetPlan, finds_out_by_validating_that_the_memory_of_one_went_bad) {
   const Vector v = vectors().front();
   prepare(v.key.c_str()); // passes for good, and is empty
   ASSERT_TRUE(has(v.key.c_str()));
   const Algorithm algorithm(randomx_spec(caches(), &datasets_));
   const neb_pow_epoch epoch{key_of(v.key), 0};
   Bytes digest(32);
   ASSERT_EQ(algorithm.table()->hash(algorithm.table(), &epoch, bytes(v.input), digest.data(), nullptr), NEB_OK);
   EXPECT_EQ(digest, v.digest) << "one hash in " << Dataset::k_check_every
                               << " is computed lightly too, the first among them";
   EXPECT_FALSE(has(v.key.c_str()));
   EXPECT_EQ(failed_, 1);
}

} // namespace
} // namespace nebula::test
