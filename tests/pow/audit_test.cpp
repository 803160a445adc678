#include "pow/toy.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include <unistd.h>

namespace nebula::host::toy {

namespace {

constexpr std::uint64_t k_batch = 200'000; // nonces, some milliseconds of the toy
constexpr int k_batches_max = 4000;
#if defined(__SANITIZE_THREAD__)
constexpr std::uint64_t k_honest_batches = 40; // the toy takes a hundred times as long
#else
constexpr std::uint64_t k_honest_batches = 300;
#endif

/// Mines on the slot until its only good backend was caught; returns the batches that took. The fault begins at once.
int batches_until_caught(Bench &bench, Slot &slot, ToyBackend &faulty, unsigned target_bits) {
   Consumer consumer(slot);
   faulty.set_faulty(true);
   for (int batch = 1; batch <= k_batches_max; ++batch) {
      const auto ticket = static_cast<std::uint64_t>(batch);
      if (consumer.submit(ticket, (ticket * k_batch) % 0xF0000000u, k_batch, target_bits) != NEB_OK)
         return batch - 1; // nobody serves for the moment
      const Answer answer = consumer.wait();
      for (const neb_pow_hit &hit : answer.hits) { // whatever is handed on is right
         std::uint8_t digest[32];
         EXPECT_EQ(Reference(algorithm()).hash(job(0, 1, 0), hit.nonce, digest), NEB_OK);
         EXPECT_EQ(std::memcmp(digest, hit.digest, 32), 0) << "nonce " << hit.nonce;
      }
      if (answer.status == NEB_E_CANCELLED) {
         EXPECT_EQ(answer.hashes_done, 0u) << "nothing of a lie may count as work";
         return batch;
      }
   }
   bench.pow.settle();
   return k_batches_max + 1;
}

/// A backend that passes the gate and then turns bad.
void expect_caught(const Fault &fault, int batches, const std::string &finding, unsigned target_bits = 60) {
   Bench bench;
   ToyBackend faulty("toy/turns", "device=cpu,kind=simd", fault);
   faulty.set_faulty(false);
   bench.add(faulty);
   Slot &slot = bench.find();
   ASSERT_EQ(bench.serving(slot), "toy/turns");
   EXPECT_LE(batches_until_caught(bench, slot, faulty, target_bits), batches);
   EXPECT_EQ(bench.serving(slot), "toy/reference") << "the fallback of the default plan";
   EXPECT_TRUE(bench.said(finding)) << finding;
}

} // namespace

TEST(Audit, QuarantinesABackendWhoseDigestsTurnWrong) {
   expect_caught({[](std::uint64_t, std::uint8_t *digest) { digest[9] ^= 4; }, {}}, 3,
                 "a digest that the reference does not");
}

TEST(Audit, QuarantinesABackendThatStopsHashing) {
   expect_caught({{}, [](std::uint64_t, const ScanRange &) { return true; }}, 40, "quarantined");
}

TEST(Audit, QuarantinesABackendThatClaimsHashesItSkipped) {
   // It computes the first half of each slice and claims all of it; so small a sample as the audit's it does honestly.
   expect_caught({{},
                  [](std::uint64_t nonce, const ScanRange &range) {
                     return range.nonce_count > 600 && nonce - range.nonce_first >= range.nonce_count / 2;
                  }},
                 400, "claims hashes it never computed");
}

TEST(Audit, QuarantinesABackendWithOneBadLaneOfSixteen) {
   expect_caught({{}, [](std::uint64_t nonce, const ScanRange &) { return nonce % 16 == 5; }}, k_batches_max,
                 "quarantined");
}

TEST(Audit, LeavesAnHonestBackendAlone) {
   Bench bench;
   ToyBackend honest("toy/honest", "device=cpu,kind=simd");
   bench.add(honest);
   Slot &slot = bench.find();
   ASSERT_EQ(bench.serving(slot), "toy/honest");
   Consumer consumer(slot);
   std::uint64_t first = 0;
   for (std::uint64_t ticket = 1; ticket <= k_honest_batches; ++ticket, first += k_batch) {
      ASSERT_EQ(consumer.submit(ticket, first, k_batch, 12, 4096), NEB_OK);
      const Answer answer = consumer.wait();
      ASSERT_EQ(answer.status, NEB_OK);
      ASSERT_EQ(answer.hashes_done, k_batch);
   }
   EXPECT_EQ(bench.serving(slot), "toy/honest");
}

TEST(Audit, PublishesAndJournalsTheInputsOfAWrongAnswer) {
   const auto file = std::filesystem::temp_directory_path() / ("nebula-pow-journal-" + std::to_string(::getpid()));
   std::string published;
   {
      PowEnvironment environment;
      environment.journal_file = file;
      environment.publish = [&](std::string_view topic, std::string_view json) {
         EXPECT_EQ(topic, "pow.quarantine");
         published = json;
      };
      ToyBackend faulty("toy/turns", "device=cpu,kind=simd",
                        {[](std::uint64_t, std::uint8_t *digest) { digest[0] ^= 1; }, {}});
      faulty.set_faulty(false);
      Pow pow(environment);
      ASSERT_TRUE(pow.algorithm_added(provided_algorithm(algorithm())));
      ASSERT_TRUE(pow.backend_added(faulty.provided()));
      pow.instance_ready("toy");
      Slot *slot = nullptr;
      ASSERT_TRUE(pow.find_backend(Selection::parse("algorithm=toy").value(), "miner", &slot));
      pow.settle();
      faulty.set_faulty(true);
      Consumer consumer(*slot);
      ASSERT_EQ(consumer.submit(1, 0, 1000, 4), NEB_OK);
      EXPECT_EQ(consumer.wait().status, NEB_E_CANCELLED);
      pow.settle();
   }
   std::ifstream in(file);
   std::string line;
   ASSERT_TRUE(std::getline(in, line));
   EXPECT_EQ(line, published);
   EXPECT_NE(line.find("\"backend\":\"toy/turns\""), std::string::npos);
   EXPECT_NE(line.find("\"epoch_key\":\"01020304\""), std::string::npos);
   EXPECT_NE(line.find("\"nonce_count\":1000"), std::string::npos);
   std::filesystem::remove(file);
}

TEST(Audit, GivesNoMoreHitsThanTheConsumerHasRoomFor) {
   Bench bench;
   ToyBackend honest("toy/honest", "device=cpu,kind=simd");
   bench.add(honest);
   Consumer consumer(bench.find());
   std::uint64_t first = 0, ticket = 0, hits = 0;
   while (first < 3000) { // one hash in four is a hit, and five fit
      ASSERT_EQ(consumer.submit(++ticket, first, 3000 - first, 2, 5), NEB_OK);
      const Answer answer = consumer.wait();
      ASSERT_EQ(answer.status, NEB_OK);
      ASSERT_LE(answer.hits.size(), 5u);
      ASSERT_GT(answer.hashes_done, 0u);
      hits += answer.hits.size();
      first += answer.hashes_done;
   }
   std::vector<neb_pow_hit> expected;
   const JobCopy all = job(0, 3000, 2);
   ASSERT_EQ(Reference(algorithm()).scan(all, 0, 3000, all.target, expected), NEB_OK);
   EXPECT_EQ(hits, expected.size());
}

} // namespace nebula::host::toy
