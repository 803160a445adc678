// What every backend must do, whatever it computes with: the same tests over all of them, on tiny tables.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string_view>
#include <thread>

#include "backends.h"

namespace nebula::test {
namespace {

using namespace nebula::autolykos2;

using Random = std::mt19937_64;

#if defined(__SANITIZE_ADDRESS__)
constexpr std::uint64_t k_many = 10'000; // PoCL and the reference take ten times as long
#else
constexpr std::uint64_t k_many = 100'000;
#endif

class Backends : public testing::TestWithParam<const char *> {
protected:
   void SetUp() override {
      if (!backend_.table())
         GTEST_SKIP() << "SKIPPED: no " << GetParam() << " backend here: " << backend_.why();
   }
   const neb_pow_backend &table() const { return *backend_.table(); }
   static bool is(const char *name) { return GetParam() == std::string_view(name); }
   static bool computes_every_element() { return is("avx2") || is("avx512"); }

   /// Random jobs of a thousand nonces on messages, heights and nonces without a pattern, until `total` are hashed.
   void compare_random_nonces(std::uint64_t total) {
      constexpr std::uint64_t each = 1000;
      const std::uint32_t seed = std::random_device{}();
      SCOPED_TRACE("seed " + std::to_string(seed));
      Random random(seed);
      TestSession session(table());
      for (std::uint64_t done = 0; done < total; done += each) {
         TestJob job;
         for (std::uint8_t &byte : job.message)
            byte = static_cast<std::uint8_t>(random());
         job.height = random() % 40 + (random() % 2 ? 614'390 : 0);
         job.first = std::min(random(), UINT64_MAX - each);
         job.count = each;
         if (is("opencl")) // where every nonce is a hit, this processor does the work: so its own hash decides here
            job.target = target_of(0x3FFFFFFF);
         ASSERT_NO_FATAL_FAILURE(expect_exact(job, session.run(job))) << "after " << done << " nonces";
      }
   }

private:
   BackendUnderTest backend_{GetParam()};
};

TEST_P(Backends, give_the_reference_s_digest_of_random_inputs) {
   compare_random_nonces(computes_every_element() ? 3000 : k_many);
}

TEST_P(Backends, slow_give_the_reference_s_digest_of_many_more_random_inputs) {
   if (!computes_every_element())
      GTEST_SKIP() << "SKIPPED: the quick test does that already for " << GetParam();
   if (!std::getenv("NEBULA_TEST_SLOW"))
      GTEST_SKIP() << "SKIPPED: set NEBULA_TEST_SLOW=1 (up to a minute)";
   compare_random_nonces(k_many);
}

TEST_P(Backends, hit_when_the_target_equals_the_digest_and_miss_when_it_is_one_less) {
   TestSession session(table());
   for (std::uint64_t nonce = 0xABCDEF0123456700; nonce < 0xABCDEF0123456720; ++nonce) {
      TestJob job{.first = nonce};
      job.target = plain_digest(job.message, job.height, nonce);
      ASSERT_NO_FATAL_FAILURE(expect_exact(job, session.run(job)));
      for (std::size_t i = job.target.size(); i-- > 0 && job.target[i]-- == 0;) {
      }
      const TestResult result = session.run(job);
      EXPECT_EQ(result.hits.size(), 0u);
      EXPECT_EQ(result.hashes_done, 1u);
   }
}

TEST_P(Backends, are_exact_for_every_ragged_count) {
   TestSession session(table());
   for (std::uint64_t count = 1; count <= 66; ++count) {
      const TestJob job{.first = 1000 * count, .count = count, .target = target_of(0x7FFFFFFF)};
      ASSERT_NO_FATAL_FAILURE(expect_exact(job, session.run(job))) << count << " nonces";
   }
}

TEST_P(Backends, are_exact_where_the_nonce_carries_into_its_higher_bytes) {
   TestSession session(table());
   for (const unsigned bits : {8u, 32u, 56u}) {
      const TestJob job{.first = (std::uint64_t{1} << bits) - 20, .count = 40};
      ASSERT_NO_FATAL_FAILURE(expect_exact(job, session.run(job))) << bits << " bits";
   }
}

TEST_P(Backends, reach_the_last_nonce_and_refuse_to_pass_it) {
   TestSession session(table());
   const TestJob to_the_end{.first = UINT64_MAX - 36, .count = 37};
   ASSERT_NO_FATAL_FAILURE(expect_exact(to_the_end, session.run(to_the_end)));
   EXPECT_EQ(session.submit({.first = UINT64_MAX - 36, .count = 38}), NEB_E_INVALID);
   EXPECT_EQ(session.wait().waited, NEB_E_STATE) << "a refused job must not be queued";
}

TEST_P(Backends, end_before_the_first_hit_that_finds_no_room_and_go_on_from_there) {
   TestSession session(table());
   TestJob job{.first = 1000, .count = 1500, .target = target_of(0x0FFFFFFF), .capacity = 7};
   std::size_t hits = 0;
   for (unsigned parts = 0; job.count > 0; ++parts) {
      ASSERT_LT(parts, 100u);
      const TestResult result = session.run(job);
      ASSERT_NO_FATAL_FAILURE(expect_exact(job, result));
      hits += result.hits.size();
      job.first += result.hashes_done;
      job.count -= result.hashes_done;
   }
   EXPECT_EQ(hits, expected({.first = 1000, .count = 1500, .target = job.target}).hits.size());
}

TEST_P(Backends, hand_out_a_full_list_when_every_nonce_is_a_hit) {
   TestSession session(table());
   const TestJob job{.first = 5, .count = NEB_POW_HITS_MAX + 5};
   const TestResult result = session.run(job);
   ASSERT_NO_FATAL_FAILURE(expect_exact(job, result));
   EXPECT_EQ(result.hashes_done, NEB_POW_HITS_MAX);
}

TEST_P(Backends, follow_the_height_from_job_to_job_prepared_or_not) {
   TestSession session(table());
   for (const bool prepare_ahead : {false, true})
      for (const std::uint64_t height : {701u, 702u, 701u, 703u, 704u, 701u}) {
         const TestJob job{.height = height, .first = height, .count = 50, .prepare_ahead = prepare_ahead};
         ASSERT_NO_FATAL_FAILURE(expect_exact(job, session.run(job))) << "height " << height;
      }
}

TEST_P(Backends, give_the_results_of_several_jobs_in_order) {
   TestSession session(table(), 3);
   std::vector<TestJob> jobs;
   for (unsigned i = 0; i < 3; ++i)
      jobs.push_back({.message = Bytes(32, static_cast<std::uint8_t>(i)),
                      .height = 700 + i,
                      .first = i,
                      .count = 200,
                      .target = target_of(0x1FFFFFFF),
                      .ticket = 10 + i});
   for (const TestJob &job : jobs)
      ASSERT_EQ(session.submit(job), NEB_OK);
   EXPECT_EQ(session.submit({.ticket = 20, .prepare_ahead = false}), NEB_E_BUSY);
   for (const TestJob &job : jobs) {
      const TestResult result = session.wait();
      EXPECT_EQ(result.ticket, job.ticket);
      ASSERT_NO_FATAL_FAILURE(expect_exact(job, result));
   }
   EXPECT_EQ(session.wait().waited, NEB_E_STATE);
}

TEST_P(Backends, keep_what_they_have_when_cancelled_from_another_thread) {
   TestSession session(table());
   TestJob job{.count = std::uint64_t{1} << 40, .target = target_of(0x0000FFFF), .ticket = 5};
   ASSERT_EQ(session.submit(job), NEB_OK);
   std::thread canceller([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      session.cancel_below(6);
   });
   TestResult result = session.wait();
   canceller.join();
   ASSERT_EQ(result.waited, NEB_OK);
   ASSERT_EQ(result.status, NEB_E_CANCELLED);
   ASSERT_LT(result.hashes_done, job.count);
   // The reference needs a moment for all of it: check the hits of a part.
   job.count = std::min<std::uint64_t>(result.hashes_done, 2000);
   std::erase_if(result.hits, [&](const neb_pow_hit &hit) { return hit.nonce >= job.count; });
   result.hashes_done = job.count;
   result.status = NEB_OK;
   ASSERT_NO_FATAL_FAILURE(expect_exact(job, result));
}

TEST_P(Backends, go_on_with_the_same_job_after_a_time_out) {
   TestSession session(table());
   const TestJob job{.first = 77, .count = 1500, .target = target_of(0x0FFFFFFF)};
   ASSERT_EQ(session.submit(job), NEB_OK);
   TestResult result = session.wait(0);
   while (result.waited == NEB_E_TIMEOUT)
      result = session.wait(0);
   ASSERT_NO_FATAL_FAILURE(expect_exact(job, result));
}

TEST_P(Backends, refuse_what_is_no_message_with_a_nonce_behind_it) {
   TestSession session(table());
   const auto end_of = [&](const TestJob &job) {
      const neb_status submitted = session.submit(job);
      return submitted == NEB_OK ? session.wait().status : submitted;
   };
   EXPECT_EQ(end_of({.message = Bytes(31)}), NEB_E_INVALID);
   EXPECT_EQ(end_of({.message = Bytes(33)}), NEB_E_INVALID);
   EXPECT_EQ(end_of({.height = k_height_max + 1, .prepare_ahead = false}), NEB_E_INVALID);
   EXPECT_EQ(end_of({}), NEB_OK) << "and the session goes on";
}

INSTANTIATE_TEST_SUITE_P(Kinds, Backends, testing::Values("avx2", "avx512", "table", "table_plain", "opencl"),
                         [](const auto &kind) { return std::string(kind.param); });

/// On the real table: too large for a test to build, but a few nonces of it can be computed.
class RealTable : public testing::TestWithParam<const char *> {};

TEST_P(RealTable, gives_every_known_answer) {
   const BackendUnderTest backend(GetParam(), table_size);
   if (!backend.table())
      GTEST_SKIP() << "SKIPPED: no " << GetParam() << " backend here: " << backend.why();
   TestSession session(*backend.table());
   for (const Vector &v : vectors()) {
      TestJob job{.message = v.message, .height = v.height, .first = v.nonce - 3, .count = 7, .prepare_ahead = false};
      std::copy(v.hit.begin(), v.hit.end(), job.target.begin());
      const TestResult result = session.run(job);
      ASSERT_EQ(result.hashes_done, 7u);
      const auto hit =
         std::find_if(result.hits.begin(), result.hits.end(), [&](const auto &each) { return each.nonce == v.nonce; });
      ASSERT_NE(hit, result.hits.end()) << v.name;
      EXPECT_EQ(Bytes(hit->digest, hit->digest + 32), v.hit) << v.name;
   }
}

INSTANTIATE_TEST_SUITE_P(Kinds, RealTable, testing::Values("avx2", "avx512", "table"),
                         [](const auto &kind) { return std::string(kind.param); });

} // namespace
} // namespace nebula::test
