#include "host/pow/hash.h"
#include "host/pow/known_answer.h"
#include "host/pow/measure.h"
#include "pow/toy.h"

#include <gtest/gtest.h>

namespace nebula::host::toy {

namespace {

HashRequest known(std::size_t index) {
   const neb_pow_vector &vector = algorithm().vectors[index];
   HashRequest request;
   request.algorithm = "toy";
   request.input.assign(vector.input.ptr, vector.input.ptr + vector.input.len);
   request.epoch = PowEpoch::of(vector.epoch);
   return request;
}

std::vector<std::uint8_t> digest_of(std::size_t index) {
   const neb_bytes digest = algorithm().vectors[index].digest;
   return {digest.ptr, digest.ptr + digest.len};
}

} // namespace

TEST(Hash, GivesTheKnownAnswersByTheReferenceAndByABackend) {
   Bench bench;
   const ToyBackend simd("toy/simd", "device=cpu,kind=simd");
   bench.add(simd);
   for (std::size_t i = 0; i < algorithm().vector_count; ++i) {
      HashRequest request = known(i);
      EXPECT_EQ(hash(bench.pow.registry(), request).value().digest, digest_of(i));
      request.select = "kind=simd";
      const HashAnswer answer = hash(bench.pow.registry(), request).value();
      EXPECT_EQ(answer.digest, digest_of(i));
      EXPECT_EQ(answer.computed_by, "toy/simd");
   }
}

TEST(Hash, TakesTheNonceApart) {
   Bench bench;
   HashRequest request = known(2);
   const auto job = job_of(algorithm(), algorithm().vectors[2]);
   ASSERT_TRUE(job);
   request.input = job->input;
   request.nonce = job->nonce_first;
   EXPECT_EQ(hash(bench.pow.registry(), request).value().digest, digest_of(2));
   request.nonce = std::uint64_t{1} << 32;
   EXPECT_EQ(hash(bench.pow.registry(), request).error().kind, ErrorKind::usage);
}

TEST(Hash, AsksNoBackendThatFailsItsSelfTest) {
   Bench bench;
   const ToyBackend bad("toy/bad", "device=gpu", {[](std::uint64_t, std::uint8_t *digest) { digest[0] ^= 1; }, {}});
   bench.add(bad);
   HashRequest request = known(0);
   request.select = "device=gpu";
   const auto answer = hash(bench.pow.registry(), request);
   ASSERT_FALSE(answer);
   EXPECT_NE(answer.error().message.find("self-test"), std::string::npos);
   EXPECT_FALSE(measure(bench.pow.registry(), {"toy", {"device=gpu"}, 1, 0.05, 1}));
}

TEST(Measure, RepeatsAndSaysHowFarTheRepetitionsSpread) {
   Bench bench;
   const auto all = measure(bench.pow.registry(), {"toy", {"kind=reference"}, 2, 0.1, 5});
   ASSERT_TRUE(all) << all.error().message;
   ASSERT_EQ(all->size(), 1u);
   const Measurement &measured = all->front();
   EXPECT_EQ(measured.rates.size(), 5u);
   EXPECT_EQ(measured.threads, 2u);
   EXPECT_GE(measured.best, measured.median);
   EXPECT_GT(measured.median, 0);
   EXPECT_GT(measured.per_cpu_second, 0);
   EXPECT_GT(measured.self_test.jobs, 15u) << "no number without the gate";
   EXPECT_NE(to_json(measured).find("\"unit\":\"H/s\""), std::string::npos);
}

TEST(Measure, ComparesTwoBackendsInTurnsByNameOrSelection) {
   Bench bench;
   const ToyBackend simd("toy/simd", "device=cpu,kind=simd");
   bench.add(simd);
   std::vector<std::string> turns;
   MeasureRequest request{"toy", {"toy/simd", "kind=reference"}, 1, 0.05, 2};
   request.progress = [&](const std::string &text) {
      if (text.find("repetition") != std::string::npos)
         turns.push_back(text.substr(0, text.find(',')));
   };
   const auto both = measure(bench.pow.registry(), request);
   ASSERT_TRUE(both) << both.error().message;
   EXPECT_EQ(both->at(0).backend, "toy/simd");
   EXPECT_EQ(both->at(1).backend, "toy/reference");
   EXPECT_EQ(turns, (std::vector<std::string>{"toy/simd", "toy/reference", "toy/simd", "toy/reference"}));
   EXPECT_GT(ratio(both->at(0), both->at(1)).of_medians, 0);
   request.sides = {"toy/simt"};
   EXPECT_NE(measure(bench.pow.registry(), request).error().message.find("did you mean \"toy/simd\""),
             std::string::npos);
}

TEST(Hash, SaysWhatInputsTheAlgorithmTakes) {
   Bench bench;
   HashRequest request = known(0);
   request.input.resize(35);
   const auto refused = hash(bench.pow.registry(), request);
   ASSERT_FALSE(refused);
   EXPECT_EQ(refused.error().kind, ErrorKind::usage);
   EXPECT_NE(refused.error().message.find("its known answers have inputs of 36 bytes"), std::string::npos)
      << refused.error().message;
}

} // namespace nebula::host::toy
