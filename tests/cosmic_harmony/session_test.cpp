// What every backend must do, whatever it computes with: the same tests over all of them.

#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "backends.h"
#include "cosmic_harmony.h"

namespace nebula::test {
namespace {

using namespace nebula::cosmic_harmony;

class Backends : public testing::TestWithParam<const char *> {
protected:
   void SetUp() override {
      if (!backend_.table())
         GTEST_SKIP() << "SKIPPED: no " << GetParam() << " backend here: " << backend_.why();
   }
   const neb_pow_backend &table() const { return *backend_.table(); }

private:
   BackendUnderTest backend_{GetParam()};
};

/// The digest as the target it just meets.
Number256 exact_target(const Bytes &digest) {
   return digest_number(digest.data(), NEB_POW_ORDER_WORDS32);
}

TEST_P(Backends, hit_every_known_answer_when_the_target_equals_the_digest) {
   TestSession session(table());
   for (const Vector &v : cosmic_harmony_vectors()) {
      const TestResult result = session.run({.message = v.message, .first = v.nonce, .target = exact_target(v.digest)});
      ASSERT_EQ(result.hits.size(), 1u) << v.name;
      EXPECT_EQ(result.hits[0].nonce, v.nonce);
      EXPECT_EQ(Bytes(result.hits[0].digest, result.hits[0].digest + 32), v.digest) << v.name;
   }
}

TEST_P(Backends, miss_every_known_answer_when_the_target_is_one_less) {
   TestSession session(table());
   for (const Vector &v : cosmic_harmony_vectors()) {
      Number256 target = exact_target(v.digest);
      for (std::size_t i = target.size(); i-- > 0 && target[i]-- == 0;) {
      }
      const TestResult result = session.run({.message = v.message, .first = v.nonce, .target = target});
      EXPECT_EQ(result.hits.size(), 0u) << v.name;
      EXPECT_EQ(result.hashes_done, 1u);
   }
}

TEST_P(Backends, give_the_reference_s_result_for_random_jobs) {
   const std::uint32_t seed = std::random_device{}();
   SCOPED_TRACE("seed " + std::to_string(seed));
   Random random(seed);
   TestSession session(table());
   for (unsigned i = 0; i < 60; ++i) {
      TestJob job;
      job.message.resize(random() % 100);
      for (std::uint8_t &byte : job.message)
         byte = static_cast<std::uint8_t>(random());
      job.first = random();
      job.count = std::min<std::uint64_t>(1 + random() % 20'000, (std::uint64_t{1} << 32) - job.first);
      job.target = target_of(random() >> (random() % 24));
      job.capacity = 1 + random() % NEB_POW_HITS_MAX;
      ASSERT_NO_FATAL_FAILURE(expect_exact(job, session.run(job))) << "job " << i;
   }
}

TEST_P(Backends, agree_with_the_reference_on_a_hundred_thousand_inputs) {
   // As many messages as there is time for, each with so many nonces that their digests are seen: one in four hits.
   constexpr unsigned k_messages = 500, k_nonces = 200;
   const std::uint32_t seed = std::random_device{}();
   SCOPED_TRACE("seed " + std::to_string(seed));
   Random random(seed);
   TestSession session(table());
   std::size_t hits = 0;
   for (unsigned i = 0; i < k_messages; ++i) {
      TestJob job;
      job.message.resize(random() % 40);
      for (std::uint8_t &byte : job.message)
         byte = static_cast<std::uint8_t>(random());
      job.first = std::min<std::uint32_t>(random(), UINT32_MAX - k_nonces);
      job.count = k_nonces;
      job.target = target_of(0x3FFFFFFF);
      const TestResult result = session.run(job);
      ASSERT_NO_FATAL_FAILURE(expect_exact(job, result)) << "job " << i;
      hits += result.hits.size();
   }
   EXPECT_GT(hits, k_messages * k_nonces / 5);
}

TEST_P(Backends, are_exact_for_ragged_ranges_around_every_border) {
   TestSession session(table());
   for (const std::uint64_t border : {std::uint64_t{0x40}, std::uint64_t{0x1000}, std::uint64_t{0x10000},
                                      std::uint64_t{0x20000}, std::uint64_t{0x80000000}})
      for (const std::uint64_t before : {0u, 1u, 63u})
         for (const std::uint64_t count : {1u, 2u, 63u, 64u, 65u, 4095u, 4097u}) {
            const TestJob job{.first = border - before, .count = count, .target = target_of(0x3FFFFFFF)};
            ASSERT_NO_FATAL_FAILURE(expect_exact(job, session.run(job)))
               << "border " << border << ", " << before << " before, " << count << " nonces";
         }
}

TEST_P(Backends, reach_the_last_nonce_and_refuse_to_pass_it) {
   TestSession session(table());
   const TestJob to_the_end{.first = 0xFFFFFF00, .count = 256, .target = target_of(0x7FFFFFFF)};
   ASSERT_NO_FATAL_FAILURE(expect_exact(to_the_end, session.run(to_the_end)));
   EXPECT_EQ(session.submit({.first = 0xFFFFFF00, .count = 257}), NEB_E_INVALID);
   EXPECT_EQ(session.submit({.first = std::uint64_t{1} << 32, .count = 1}), NEB_E_INVALID);
   EXPECT_EQ(session.wait().waited, NEB_E_STATE) << "a refused job must not be queued";
}

TEST_P(Backends, end_before_the_first_hit_that_finds_no_room_and_go_on_from_there) {
   TestSession session(table());
   TestJob job{.first = 1000, .count = 50'000, .target = target_of(0x0FFFFFFF), .capacity = 7};
   std::vector<std::uint64_t> nonces;
   for (unsigned parts = 0; job.count > 0; ++parts) {
      ASSERT_LT(parts, 1000u);
      const TestResult result = session.run(job);
      ASSERT_NO_FATAL_FAILURE(expect_exact(job, result));
      for (const neb_pow_hit &hit : result.hits)
         nonces.push_back(hit.nonce);
      job.first += result.hashes_done;
      job.count -= result.hashes_done;
   }
   const TestResult whole =
      expected({.first = 1000, .count = 50'000, .target = target_of(0x0FFFFFFF), .capacity = UINT32_MAX});
   EXPECT_EQ(nonces.size(), whole.hits.size());
}

TEST_P(Backends, hand_out_a_full_list_when_every_nonce_is_a_hit) {
   TestSession session(table());
   const TestJob job{.first = 5, .count = 100'000, .target = target_of(0xFFFFFFFF)};
   const TestResult result = session.run(job);
   ASSERT_NO_FATAL_FAILURE(expect_exact(job, result));
   EXPECT_EQ(result.hashes_done, NEB_POW_HITS_MAX);
}

TEST_P(Backends, give_the_results_of_several_jobs_in_order) {
   TestSession session(table(), 3);
   std::vector<TestJob> jobs;
   for (unsigned i = 0; i < 3; ++i)
      jobs.push_back({.message = Bytes(32, static_cast<std::uint8_t>(i)),
                      .first = i,
                      .count = 10'000,
                      .target = target_of(0x00FFFFFF),
                      .ticket = 10 + i});
   for (const TestJob &job : jobs)
      ASSERT_EQ(session.submit(job), NEB_OK);
   EXPECT_EQ(session.submit({.ticket = 20}), NEB_E_BUSY);
   for (const TestJob &job : jobs) {
      const TestResult result = session.wait();
      EXPECT_EQ(result.ticket, job.ticket);
      ASSERT_NO_FATAL_FAILURE(expect_exact(job, result));
   }
   EXPECT_EQ(session.wait().waited, NEB_E_STATE);
}

TEST_P(Backends, are_cancelled_before_the_job_begins) {
   TestSession session(table());
   ASSERT_EQ(session.submit({.count = 1u << 30, .ticket = 5}), NEB_OK);
   session.cancel_below(6);
   const TestResult result = session.wait();
   EXPECT_EQ(result.status, NEB_E_CANCELLED);
   EXPECT_EQ(result.ticket, 5u);
   const TestJob next{.count = 1000, .target = target_of(0x0FFFFFFF), .ticket = 6};
   ASSERT_NO_FATAL_FAILURE(expect_exact(next, session.run(next)));
}

TEST_P(Backends, keep_what_they_have_when_cancelled_from_another_thread) {
   TestSession session(table());
   TestJob job{.count = std::uint64_t{1} << 32, .target = target_of(0x00000FFF), .ticket = 5};
   ASSERT_EQ(session.submit(job), NEB_OK);
   std::thread canceller([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      session.cancel_below(6);
   });
   TestResult result = session.wait();
   canceller.join();
   ASSERT_EQ(result.waited, NEB_OK);
   ASSERT_EQ(result.status, NEB_E_CANCELLED);
   ASSERT_LT(result.hashes_done, job.count);
   // The reference needs a moment for all of it: check the hits of a part.
   job.count = std::min<std::uint64_t>(result.hashes_done, 2'000'000);
   std::erase_if(result.hits, [&](const neb_pow_hit &hit) { return hit.nonce >= job.count; });
   result.hashes_done = job.count;
   result.status = NEB_OK;
   ASSERT_NO_FATAL_FAILURE(expect_exact(job, result));
}

TEST_P(Backends, go_on_with_the_same_job_after_a_time_out) {
   TestSession session(table());
   const TestJob job{.first = 77, .count = 3'000'000, .target = target_of(0x000FFFFF)};
   ASSERT_EQ(session.submit(job), NEB_OK);
   TestResult result = session.wait(0);
   while (result.waited == NEB_E_TIMEOUT)
      result = session.wait(0);
   ASSERT_NO_FATAL_FAILURE(expect_exact(job, result));
}

TEST_P(Backends, close_with_work_in_flight) {
   TestSession session(table());
   ASSERT_EQ(session.submit({.count = 1u << 28}), NEB_OK);
   ASSERT_EQ(session.submit({.count = 1u << 28}), NEB_OK);
   (void)session.wait(0);
}

TEST_P(Backends, refuse_malformed_jobs_and_queue_nothing) {
   TestSession session(table());
   const neb_pow_epoch epoch{};
   neb_pow_job good{};
   good.size = sizeof good;
   good.nonce_offset = NEB_POW_NONCE_APPENDED;
   good.epoch = &epoch;
   good.nonce_bytes = 4;
   good.hit_capacity = 1;
   good.nonce_count = 1;
   const auto refused = [&](auto &&spoil) {
      neb_pow_job job = good;
      job.ticket = 1;
      spoil(job);
      return session.submit_raw(job) == NEB_E_INVALID;
   };
   EXPECT_TRUE(refused([](neb_pow_job &job) { job.nonce_count = 0; }));
   EXPECT_TRUE(refused([](neb_pow_job &job) { job.hit_capacity = 0; }));
   EXPECT_TRUE(refused([](neb_pow_job &job) { job.hit_capacity = NEB_POW_HITS_MAX + 1; }));
   EXPECT_TRUE(refused([](neb_pow_job &job) { job.nonce_bytes = 5; }));
   EXPECT_TRUE(refused([](neb_pow_job &job) { job.nonce_offset = 0; }));
   EXPECT_EQ(session.wait().waited, NEB_E_STATE);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Backends, testing::Values("scalar", "avx2", "avx512", "opencl", "opencl_scalar"),
                         [](const auto &kind) { return std::string(kind.param); });

} // namespace
} // namespace nebula::test
