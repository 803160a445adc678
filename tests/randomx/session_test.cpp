// The light backend through its table: exact results, over every kind of slice and job.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

#include "algorithm.h"
#include "support.h"

namespace nebula::test {
namespace {

using namespace nebula::randomx;

class LightBackend : public testing::Test {
protected:
   LightBackend() {
      backend_.provide(host_.host());
      session_.emplace(*backend_.table());
   }

   FakeHost host_;
   Maker maker_{{}, [] {}};
   KeyCaches caches_{maker_};
   CpuBackend backend_{light_backend_spec(maker_, caches_)};
   std::optional<TestSession> session_;
};

TEST_F(LightBackend, gives_the_library_s_digest_of_every_nonce) {
   ASSERT_EQ(session_->submit("key one", 100, 9, everything()), NEB_OK);
   const Result result = session_->wait();
   EXPECT_EQ(result.hashes_done, 9u);
   expect_same(result.hits, all_hits("key one", 100, 9));
}

TEST_F(LightBackend, gives_every_known_answer_that_has_a_nonce) {
   unsigned count = 0;
   for (const Vector &v : vectors())
      if (has_nonce(v)) {
         EXPECT_EQ(session_->digest_of(v), v.digest);
         ++count;
      }
   EXPECT_EQ(count, 3u);
}

TEST_F(LightBackend, gives_the_same_when_a_job_takes_many_calls_of_wait) {
   ASSERT_EQ(session_->submit("key one", 100, 9, everything()), NEB_OK);
   expect_same(session_->wait(0).hits, all_hits("key one", 100, 9));
}

TEST_F(LightBackend, follows_a_change_of_the_key_and_back) {
   for (const char *key : {"key one", "key two", "key one"}) {
      ASSERT_EQ(session_->submit(key, 5, 3, everything()), NEB_OK);
      expect_same(session_->wait().hits, all_hits(key, 5, 3));
   }
}

TEST_F(LightBackend, takes_a_digest_equal_to_the_target_and_none_above_it) {
   const auto hits = all_hits("key one", 40, 6);
   std::vector<Number256> numbers;
   for (const neb_pow_hit &hit : hits)
      numbers.push_back(digest_number(hit.digest, NEB_POW_ORDER_LITTLE));
   std::vector<Number256> sorted = numbers;
   std::sort(sorted.begin(), sorted.end());
   const Number256 median = sorted[2];
   ASSERT_EQ(session_->submit("key one", 40, 6, median), NEB_OK);
   std::vector<neb_pow_hit> want;
   for (std::size_t i = 0; i < hits.size(); ++i)
      if (numbers[i] <= median)
         want.push_back(hits[i]);
   EXPECT_EQ(want.size(), 3u);
   expect_same(session_->wait().hits, want);
}

TEST_F(LightBackend, ends_before_the_hit_that_finds_no_room) {
   ASSERT_EQ(session_->submit("key one", 7, 5, everything(), 2), NEB_OK);
   const Result result = session_->wait();
   EXPECT_EQ(result.status, NEB_OK);
   EXPECT_EQ(result.hashes_done, 2u);
   expect_same(result.hits, all_hits("key one", 7, 2));
}

TEST_F(LightBackend, reaches_the_last_nonce_and_then_starts_anew) {
   ASSERT_EQ(session_->submit("key one", 0xFFFFFFFE, 2, everything()), NEB_OK);
   expect_same(session_->wait().hits, all_hits("key one", 0xFFFFFFFE, 2));
   ASSERT_EQ(session_->submit("key one", 0, 2, everything()), NEB_OK);
   expect_same(session_->wait().hits, all_hits("key one", 0, 2));
   EXPECT_EQ(session_->submit("key one", 0xFFFFFFFE, 3, everything()), NEB_E_INVALID);
}

TEST_F(LightBackend, stops_within_a_few_hashes_when_cancelled) {
   ASSERT_EQ(session_->submit("key one", 0, 1'000'000, Number256{}), NEB_OK);
   std::thread canceller([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      session_->cancel_all();
   });
   const Result result = session_->wait();
   canceller.join();
   EXPECT_EQ(result.status, NEB_E_CANCELLED);
   EXPECT_LT(result.hashes_done, 1'000'000u);
}

} // namespace
} // namespace nebula::test
