// The fast mode in earnest. It needs 4.4 GiB and two minutes of two cores: asked for by NEBULA_TEST_RANDOMX_FAST=1.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>

#include "algorithm.h"
#include "datasets.h"
#include "support.h"
#include "worker_pool.h"

namespace nebula::test {
namespace {

using namespace nebula::randomx;

class FastMode : public testing::Test {
protected:
   void SetUp() override {
      if (!std::getenv("NEBULA_TEST_RANDOMX_FAST"))
         GTEST_SKIP() << "SKIPPED: set NEBULA_TEST_RANDOMX_FAST=1 (4.4 GiB of memory, about two minutes)";
   }

   FakeHost host_;
   Maker maker_{{}, [] {}};
   KeyCaches caches_{maker_};
   std::atomic<std::uint64_t> last_done_{0}, total_{0};
   Datasets datasets_{maker_,
                      library_work(maker_),
                      {.post = [this](std::function<void()> task) { pool_.post(std::move(task)); },
                       .count = 2,
                       .progress =
                          [this](std::uint64_t done, std::uint64_t total) {
                             last_done_ = std::max<std::uint64_t>(last_done_, done);
                             total_ = total;
                          },
                       .say = [](std::string_view text) { ADD_FAILURE() << text; },
                       .failed = [](std::string_view why) { ADD_FAILURE() << why; }}};
   WorkerPool pool_; // ends before what its tasks use
};

TEST_F(FastMode, gives_the_known_answers_and_the_light_hashes_before_and_after_the_key_changes) {
   const auto all = vectors();
   const std::string first = all.front().key, second = all.back().key;
   CpuBackend backend(fast_backend_spec(maker_, caches_, datasets_));
   backend.provide(host_.host());
   TestSession session(*backend.table());
   EXPECT_EQ(session.digest_of(all[2]), all[2].digest) << "lightly, before there is a dataset";
   EXPECT_FALSE(datasets_.find(first));
   session.prepare(first);
   EXPECT_TRUE(datasets_.find(first)) << "prepared is prepared";
   EXPECT_EQ(last_done_, total_);
   EXPECT_EQ(total_, 2080u);
   ASSERT_EQ(session.submit(first, 0, 40, everything()), NEB_OK);
   expect_same(session.wait().hits, all_hits(first, 0, 40));

   // The next one, ahead of its time and beside the present one.
   TestSession other(*backend.table());
   other.prepare(second);
   EXPECT_TRUE(datasets_.find(first));
   EXPECT_TRUE(datasets_.find(second));
   const Algorithm algorithm(randomx_spec(caches_, &datasets_));
   for (const Vector &v : all) {
      const neb_pow_epoch epoch{key_of(v.key), 0};
      Bytes digest(32);
      ASSERT_EQ(algorithm.table()->hash(algorithm.table(), &epoch, bytes(v.input), digest.data(), nullptr), NEB_OK);
      EXPECT_EQ(digest, v.digest) << "validated on the miner's dataset";
      if (has_nonce(v)) {
         EXPECT_EQ(session.digest_of(v), v.digest);
      }
   }
   ASSERT_EQ(session.submit(second, 7, 40, everything()), NEB_OK);
   expect_same(session.wait().hits, all_hits(second, 7, 40));
}

} // namespace
} // namespace nebula::test
