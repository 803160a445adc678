#include "host/pow/reference.h"
#include "host/pow/reference_backend.h"
#include "pow/toy.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace nebula::host::toy {

namespace {

/// A consumer of the reference's own table, without a slot.
struct Direct {
   ReferenceBackend backend{algorithm()};
   const neb_pow_backend *table = backend.table();
   neb_pow_session *session = nullptr;

   Direct() {
      const neb_pow_session_config config{sizeof config, 2, 0};
      EXPECT_EQ(table->open(table, &config, &session, nullptr), NEB_OK);
   }
   ~Direct() { table->close(table, session); }

   neb_status submit(const JobCopy &copy) {
      neb_pow_epoch epoch;
      const neb_pow_job wire = copy.wire(epoch);
      return table->submit(table, session, &wire);
   }
   neb_status wait(Answer &answer, std::uint64_t timeout_ns) {
      answer.hits.resize(NEB_POW_HITS_MAX);
      neb_pow_result result{};
      result.size = sizeof result;
      result.hits = answer.hits.data();
      result.hit_capacity = NEB_POW_HITS_MAX;
      const neb_status status = table->wait(table, session, &result, timeout_ns);
      answer.status = result.status;
      answer.hashes_done = result.hashes_done;
      answer.hits.resize(result.hit_count);
      return status;
   }
};

} // namespace

TEST(ReferenceBackend, FindsExactlyTheHitsOfTheReference) {
   Direct direct;
   JobCopy copy = job(0xFFFFFFFFu - 4999, 5000, 6, 4096);
   copy.ticket = 1;
   ASSERT_EQ(direct.submit(copy), NEB_OK);
   Answer answer;
   ASSERT_EQ(direct.wait(answer, UINT64_MAX / 4), NEB_OK);
   std::vector<neb_pow_hit> expected;
   ASSERT_EQ(Reference(algorithm()).scan(copy, copy.nonce_first, 5000, copy.target, expected), NEB_OK);
   ASSERT_EQ(answer.hits.size(), expected.size());
   for (std::size_t i = 0; i < expected.size(); ++i)
      EXPECT_EQ(answer.hits[i].nonce, expected[i].nonce);
}

TEST(ReferenceBackend, GivesUpItsTimeAndGoesOnLater) {
   Direct direct;
   JobCopy copy = job(0, 20'000'000, 250);
   copy.ticket = 1;
   ASSERT_EQ(direct.submit(copy), NEB_OK);
   Answer answer;
   EXPECT_EQ(direct.wait(answer, 0), NEB_E_TIMEOUT);
   direct.table->cancel_below(direct.table, direct.session, 2);
   ASSERT_EQ(direct.wait(answer, UINT64_MAX / 4), NEB_OK);
   EXPECT_EQ(answer.status, NEB_E_CANCELLED);
   EXPECT_LT(answer.hashes_done, copy.nonce_count);
}

TEST(ReferenceBackend, IsCancelledFromAnotherThread) {
   Direct direct;
   JobCopy copy = job(0, 4'000'000'000, 255);
   copy.ticket = 1;
   ASSERT_EQ(direct.submit(copy), NEB_OK);
   std::jthread canceller([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      direct.table->cancel_below(direct.table, direct.session, 2);
   });
   Answer answer;
   ASSERT_EQ(direct.wait(answer, UINT64_MAX / 4), NEB_OK);
   EXPECT_EQ(answer.status, NEB_E_CANCELLED);
}

} // namespace nebula::host::toy
