// The contract of a backend's result, kept by the SDK for whatever a scanner does.
#include "host_fixture.h"

#include <nebula/algorithm.hpp>
#include <nebula/cpu_backend.hpp>

#include <cstring>
#include <memory>
#include <vector>

namespace nebula {
namespace {

TEST(Numbers, AreReadInEachDigestOrder) {
   uint8_t digest[32];
   for (int i = 0; i < 32; ++i)
      digest[i] = static_cast<uint8_t>(i);
   EXPECT_EQ(digest_number(digest, NEB_POW_ORDER_BIG)[0], 0);
   EXPECT_EQ(digest_number(digest, NEB_POW_ORDER_LITTLE)[0], 31);
   EXPECT_EQ(digest_number(digest, NEB_POW_ORDER_WORDS32)[0], 3);
   EXPECT_EQ(digest_number(digest, NEB_POW_ORDER_WORDS32)[31], 28);
}

TEST(Hex, RefusesWhatIsNone) {
   EXPECT_EQ(from_hex("00ff"), std::string("\0\xff", 2));
   EXPECT_THROW(from_hex("0"), Error);
   EXPECT_THROW(from_hex("0G"), Error);
}

// Every nonce divisible by `every` is a hit; they are added backwards, to see that the session sorts.
struct Sieve final : Scanner {
   uint64_t every = 3;
   uint64_t scanned = 0;
   std::string prepared;
   bool given_up = false;

   void give_up() noexcept override { given_up = true; }
   void prepare(const neb_pow_epoch &epoch) override { prepared += view(epoch.key); }
   void scan(const ScanRange &range, Hits &hits) override {
      scanned += range.nonce_count;
      for (uint64_t i = range.nonce_count; i-- > 0;) {
         const uint64_t nonce = range.nonce_first + i;
         if (nonce % every == 0) {
            const uint8_t digest[32] = {};
            hits.add(nonce, digest);
         }
      }
   }
};

class PowSessions : public WithHost {
protected:
   void SetUp() override {
      WithHost::SetUp();
      auto scanner = std::make_unique<Sieve>();
      sieve_ = scanner.get();
      session_ = std::make_unique<PowSession>(Clock(Host(raw())), std::move(scanner), 2, 1);
   }

   [[nodiscard]] neb_pow_job job(uint64_t ticket, uint64_t first, uint64_t count, uint32_t capacity = 4096) const {
      neb_pow_job job{};
      job.size = sizeof job;
      job.nonce_offset = NEB_POW_NONCE_APPENDED;
      job.ticket = ticket;
      job.epoch = &epoch_;
      job.input = bytes(input_);
      job.nonce_bytes = 4;
      job.hit_capacity = capacity;
      job.nonce_first = first;
      job.nonce_count = count;
      return job;
   }

   neb_status wait(uint64_t timeout_ns = UINT64_MAX) {
      result_ = {};
      result_.size = sizeof result_;
      result_.hits = hits_.data();
      result_.hit_capacity = static_cast<uint32_t>(hits_.size());
      return session_->wait(result_, timeout_ns);
   }

   Sieve *sieve_ = nullptr;
   std::unique_ptr<PowSession> session_;
   std::string input_ = "message";
   neb_pow_epoch epoch_{{reinterpret_cast<const uint8_t *>("A"), 1}, 0};
   std::vector<neb_pow_hit> hits_ = std::vector<neb_pow_hit>(4096);
   neb_pow_result result_{};
};

TEST_F(PowSessions, GiveAllHitsSorted) {
   ASSERT_EQ(session_->submit(job(1, 10, 1000)), NEB_OK);
   ASSERT_EQ(wait(), NEB_OK);
   EXPECT_EQ(result_.hashes_done, 1000u);
   ASSERT_EQ(result_.hit_count, 333u);
   for (uint32_t i = 0; i < result_.hit_count; ++i)
      EXPECT_EQ(hits_[i].nonce, 12 + 3 * i);
}

TEST_F(PowSessions, EndBeforeTheHitThatFindsNoRoom) {
   ASSERT_EQ(session_->submit(job(1, 0, 1000, 5)), NEB_OK);
   ASSERT_EQ(wait(), NEB_OK);
   EXPECT_EQ(result_.hit_count, 5u);    // 0 3 6 9 12
   EXPECT_EQ(result_.hashes_done, 15u); // 15 would be the sixth
   EXPECT_EQ(result_.status, NEB_OK);
}

TEST_F(PowSessions, TakeNoMoreThanTheirDepthAndAnswerInOrder) {
   EXPECT_EQ(session_->submit(job(1, 0, 10)), NEB_OK);
   EXPECT_EQ(session_->submit(job(2, 10, 10)), NEB_OK);
   EXPECT_EQ(session_->submit(job(3, 20, 10)), NEB_E_BUSY);
   EXPECT_EQ(wait(), NEB_OK);
   EXPECT_EQ(result_.ticket, 1u);
   EXPECT_EQ(wait(), NEB_OK);
   EXPECT_EQ(result_.ticket, 2u);
   EXPECT_EQ(wait(), NEB_E_STATE);
}

TEST_F(PowSessions, RefuseMalformedJobs) {
   EXPECT_EQ(session_->submit(job(1, 0, 0)), NEB_E_INVALID);
   EXPECT_EQ(session_->submit(job(1, UINT32_MAX, 2)), NEB_E_INVALID);
   EXPECT_EQ(session_->submit(job(1, 0, 1, 0)), NEB_E_INVALID);
   EXPECT_EQ(session_->submit(job(1, 0, 1, NEB_POW_HITS_MAX + 1)), NEB_E_INVALID);
   auto outside = job(1, 0, 1);
   outside.nonce_offset = 4; // of 7 bytes
   EXPECT_EQ(session_->submit(outside), NEB_E_INVALID);
   EXPECT_EQ(session_->submit(job(5, 0, 1)), NEB_OK);
   EXPECT_EQ(session_->submit(job(5, 0, 1)), NEB_E_INVALID) << "tickets only grow";
   EXPECT_EQ(session_->submit(job(6, UINT32_MAX, 1)), NEB_OK);
}

TEST_F(PowSessions, KeepAJobBeyondATimeoutAndEndItWhenCancelled) {
   sieve_->every = UINT64_MAX;
   ASSERT_EQ(session_->submit(job(1, 1, UINT32_MAX - 1)), NEB_OK);
   EXPECT_EQ(wait(0), NEB_E_TIMEOUT);
   EXPECT_EQ(wait(0), NEB_E_TIMEOUT);
   const uint64_t scanned = sieve_->scanned;
   EXPECT_GE(scanned, 2u);
   session_->cancel_below(2);
   EXPECT_EQ(wait(), NEB_OK);
   EXPECT_EQ(result_.status, NEB_E_CANCELLED);
   EXPECT_EQ(result_.hashes_done, scanned);
}

TEST_F(PowSessions, PrepareEachEpochOnce) {
   ASSERT_EQ(session_->submit(job(1, 0, 1000)), NEB_OK);
   ASSERT_EQ(wait(), NEB_OK);
   epoch_.key.ptr = reinterpret_cast<const uint8_t *>("B");
   ASSERT_EQ(session_->submit(job(2, 0, 1000)), NEB_OK);
   ASSERT_EQ(wait(), NEB_OK);
   session_->prepare(epoch_, false);
   EXPECT_EQ(sieve_->prepared, "AB");
   session_->prepare(epoch_); // ahead of its jobs, which may do more
   session_->prepare(epoch_);
   EXPECT_EQ(sieve_->prepared, "ABB");
}

TEST_F(PowSessions, EndForGoodAlsoTheirPreparation) {
   session_->cancel_below(UINT64_MAX);
   EXPECT_TRUE(sieve_->given_up);
   EXPECT_THROW(session_->prepare(epoch_), Error);
   EXPECT_EQ(sieve_->prepared, "");
}

TEST_F(PowSessions, EndAJobWithTheStatusItsScannerThrows) {
   auto scanner = function_scanner([](const ScanRange &, Hits &) { throw Error(NEB_E_DEVICE, "lost"); });
   session_ = std::make_unique<PowSession>(Clock(Host(raw())), std::move(scanner), 1, 1);
   ASSERT_EQ(session_->submit(job(1, 0, 10)), NEB_OK);
   ASSERT_EQ(wait(), NEB_OK);
   EXPECT_EQ(result_.status, NEB_E_DEVICE);
   EXPECT_EQ(result_.hashes_done, 0u);
}

TEST(Algorithms, RefuseInputsOutsideTheirLimitsAndThrownErrors) {
   AlgorithmSpec spec;
   spec.name = "test";
   spec.text = "test";
   spec.input_bytes_min = 2;
   spec.input_bytes_max = 4;
   spec.vectors = {{"0000", "00", "ff", 7}};
   spec.hash = [](const HashCall &call) {
      if (call.input.ptr[0] == 9)
         throw Error(NEB_E_UNSUPPORTED, "nine");
      call.digest[0] = call.input.ptr[1];
   };
   const Algorithm algorithm(std::move(spec));
   const auto hash = [&](std::string_view input) {
      uint8_t digest[32] = {};
      const auto *table = algorithm.table();
      return table->hash(table, nullptr, bytes(input.data(), input.size()), digest, nullptr);
   };
   EXPECT_EQ(hash("a"), NEB_E_INVALID);
   EXPECT_EQ(hash("ab"), NEB_OK);
   EXPECT_EQ(hash("abcde"), NEB_E_INVALID);
   EXPECT_EQ(hash("\x09z"), NEB_E_UNSUPPORTED);
   EXPECT_EQ(algorithm.table()->vectors[0].epoch.height, 7u);
   EXPECT_EQ(view(algorithm.table()->vectors[0].epoch.key), "\xff");
}

} // namespace
} // namespace nebula
