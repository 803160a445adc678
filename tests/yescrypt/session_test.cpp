// What every backend must do, whatever it computes with: the same tests over all of them, on the smallest function.

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "pages.h"
#include "support.h"

namespace nebula::test {
namespace {

using namespace nebula::yescrypt;

const Parameters k_small{Version::v0_5, 1024, 8, {Personality::Kind::bytes, "Client Key"}};

class YescryptBackends : public testing::TestWithParam<const char *> {
protected:
   void SetUp() override {
      const auto found = std::find_if(shared_.kernels.begin(), shared_.kernels.end(),
                                      [](const Kernel &kernel) { return std::string(kernel.name) == GetParam(); });
      if (found == shared_.kernels.end())
         GTEST_SKIP() << "SKIPPED: this processor does not run the " << GetParam() << " kernel";
      member_.bind(host_.host());
      table_ = member_.table().backends[found - shared_.kernels.begin()].backend;
   }
   const neb_pow_backend &table() const { return *table_; }

private:
   FakeHost host_;
   const Shared shared_ = all_kernels();
   Member member_{shared_, "small", "text", k_small};
   const neb_pow_backend *table_ = nullptr;
};

/// A target that about one of eight digests meets.
Number256 one_of_eight() {
   Number256 target = everything();
   target[0] = 0x1F;
   return target;
}

TEST_P(YescryptBackends, find_exactly_the_reference_s_hits_in_ragged_ranges) {
   TestSession session(table());
   for (const std::uint64_t count : {1, 2, 3, 7, 16}) {
      const TestJob job{.first = 1000 * count + 1, .count = count, .target = one_of_eight()};
      expect_exact(k_small, job, session.run(job));
   }
}

TEST_P(YescryptBackends, reach_the_last_nonce_and_stop_there) {
   TestSession session(table());
   const TestJob job{.first = 0xFFFFFFFDu, .count = 3};
   expect_exact(k_small, job, session.run(job));
   TestJob beyond = job;
   beyond.count = 4;
   EXPECT_EQ(session.submit(beyond), NEB_E_INVALID);
}

TEST_P(YescryptBackends, hit_a_digest_that_equals_the_target_and_not_one_above_it) {
   TestSession session(table());
   TestJob job{.first = 77};
   const Result all = session.run(job);
   ASSERT_EQ(all.hits.size(), 1u);
   job.target = exactly(all.hits[0].digest);
   EXPECT_EQ(session.run(job).hits.size(), 1u);
   for (std::size_t i = job.target.size(); i-- > 0 && job.target[i]-- == 0;) {
   }
   const Result below = session.run(job);
   EXPECT_EQ(below.hits.size(), 0u);
   EXPECT_EQ(below.hashes_done, 1u);
}

TEST_P(YescryptBackends, end_before_the_first_hit_that_finds_no_room) {
   TestSession session(table());
   for (const std::uint32_t capacity : {1u, 2u, 3u}) {
      const TestJob job{.first = 9, .count = 8, .capacity = capacity};
      expect_exact(k_small, job, session.run(job));
   }
}

TEST_P(YescryptBackends, end_a_cancelled_job_early_and_go_on_with_the_next) {
   TestSession session(table());
   ASSERT_EQ(session.submit({.count = 0x10000000, .target = Number256{}}), NEB_OK);
   std::thread canceller([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      session.cancel_all();
   });
   const Result ended = session.wait();
   canceller.join();
   EXPECT_EQ(ended.status, NEB_E_CANCELLED);
   EXPECT_LT(ended.hashes_done, 0x10000000u);
   const TestJob next{.first = 3, .count = 2};
   expect_exact(k_small, next, session.run(next));
}

TEST_P(YescryptBackends, fail_a_job_whose_nonce_has_eight_bytes) {
   TestSession session(table());
   const TestJob job{.header = Bytes(84, 1), .nonce_bytes = 8};
   EXPECT_EQ(session.run(job).status, NEB_E_INVALID);
}

TEST_P(YescryptBackends, fail_a_job_whose_input_is_longer_than_any_header) {
   TestSession session(table());
   EXPECT_EQ(session.run({.header = Bytes(1025, 1)}).status, NEB_E_INVALID);
   const TestJob longest{.header = Bytes(1024, 1)};
   expect_exact(k_small, longest, session.run(longest));
}

TEST_P(YescryptBackends, keep_two_sessions_on_two_threads_apart) {
   const TestJob jobs[2] = {{.header = Bytes(80, 1), .count = 20, .target = one_of_eight()},
                            {.header = Bytes(112, 2), .count = 20, .target = one_of_eight()}};
   Result results[2];
   std::vector<std::thread> threads;
   for (unsigned i = 0; i < 2; ++i)
      threads.emplace_back([&, i] {
         TestSession session(table());
         results[i] = session.run(jobs[i]);
      });
   for (std::thread &thread : threads)
      thread.join();
   for (unsigned i = 0; i < 2; ++i)
      expect_exact(k_small, jobs[i], results[i]);
}

INSTANTIATE_TEST_SUITE_P(Cpu, YescryptBackends, testing::Values("sse2", "avx2", "avx512"),
                         [](const auto &test) { return std::string(test.param); });

TEST(YescryptBackend, says_how_much_memory_it_lacks) {
   // More than any machine's address space has.
   try {
      const Pages pages(std::size_t{1} << 60);
      FAIL() << "the system gave an exbibyte";
   } catch (const Error &error) {
      EXPECT_EQ(error.status(), NEB_E_NO_MEMORY);
      EXPECT_EQ(std::string(error.what()),
                "yescrypt needs 1099511627777 MiB of memory here, and the system has no more to give");
   }
}

} // namespace
} // namespace nebula::test
