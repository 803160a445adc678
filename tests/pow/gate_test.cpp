#include "host/pow/gate.h"
#include "pow/toy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace nebula::host::toy {

namespace {

GateReport gate(const ToyBackend &backend, const neb_pow_algorithm &table = algorithm()) {
   const AlgorithmEntry entry(provided_algorithm(table));
   return run_gate(std::make_shared<Contender>(backend.provided(), &backend.table()), entry);
}

/// A table of its own over an honest one, with single functions replaced.
struct Twisted {
   ToyBackend honest{"toy/twisted", "device=cpu"};
   neb_pow_backend table = honest.table();

   GateReport gate() {
      const AlgorithmEntry entry(provided_algorithm(algorithm()));
      return run_gate(std::make_shared<Contender>(honest.provided(), &table), entry);
   }
};

} // namespace

TEST(Gate, AdmitsAnHonestBackendAndMeasuresIt) {
   const GateReport report = gate(ToyBackend("toy/honest", "device=cpu"));
   EXPECT_EQ(report.finding, "");
   EXPECT_GT(report.rate, 0u);
   EXPECT_GT(report.jobs, 15u);
}

TEST(Gate, RefusesOneWrongBitInOneOfSixtyFourDigests) {
   const Fault fault{[](std::uint64_t nonce, std::uint8_t *digest) { digest[5] ^= nonce % 64 == 63 ? 1 : 0; }, {}};
   EXPECT_NE(gate(ToyBackend("toy/bit", "device=cpu", fault)).finding, "");
}

TEST(Gate, RefusesMissingEveryThirtySecondNonce) {
   const Fault fault{{}, [](std::uint64_t nonce, const ScanRange &) { return nonce % 32 == 31; }};
   EXPECT_NE(gate(ToyBackend("toy/lane", "device=cpu", fault)).finding.find("missed the hit"), std::string::npos);
}

TEST(Gate, RefusesForgettingTheRaggedEndOfARange) {
   const Fault fault{{}, [](std::uint64_t nonce, const ScanRange &range) {
                        const std::uint64_t whole = range.nonce_count / 16 * 16;
                        return range.nonce_count > 16 && nonce - range.nonce_first >= whole;
                     }};
   EXPECT_NE(gate(ToyBackend("toy/ragged", "device=cpu", fault)).finding, "");
}

TEST(Gate, RefusesTheLastNonceMissing) {
   const Fault fault{{}, [](std::uint64_t nonce, const ScanRange &) { return nonce >= 0xFFFFFFF0u; }};
   EXPECT_NE(gate(ToyBackend("toy/wrap", "device=cpu", fault)).finding.find("last nonces"), std::string::npos);
}

TEST(Gate, RefusesACounterOfHalfTheNoncesWidth) {
   const Fault fault{{}, [](std::uint64_t nonce, const ScanRange &range) {
                        return (range.nonce_first ^ nonce) >> 16 == 1 && range.nonce_first >> 16 == 0;
                     }};
   EXPECT_NE(gate(ToyBackend("toy/carry", "device=cpu", fault)).finding.find("carry between"), std::string::npos);
}

TEST(Gate, RefusesACancellationThatEndsNewerJobsToo) {
   Twisted twisted;
   static const neb_pow_backend *honest;
   honest = &twisted.honest.table();
   static std::uint64_t newest;
   twisted.table.submit = [](const neb_pow_backend *, neb_pow_session *session, const neb_pow_job *job) {
      newest = job->ticket;
      return honest->submit(honest, session, job);
   };
   twisted.table.cancel_below = [](const neb_pow_backend *, neb_pow_session *session, std::uint64_t ticket) {
      honest->cancel_below(honest, session, std::max(ticket, newest + 1)); // all that is in flight
   };
   const std::string finding = twisted.gate().finding;
   EXPECT_NE(finding.find("cancelled job in flight"), std::string::npos) << finding;
}

TEST(Gate, RefusesWorseThanInsteadOfAtTheTarget) {
   // A digest equal to the target is no hit for it: seen only by a target that is exactly a digest.
   const Fault fault{
      {}, [](std::uint64_t nonce, const ScanRange &range) {
         std::vector<std::uint8_t> input(range.input, range.input + range.input_bytes);
         write_nonce(input.data() + range.nonce_offset, range.nonce_bytes, nonce);
         std::uint8_t digest[32];
         (void)algorithm().hash(&algorithm(), &range.epoch, {input.data(), input.size()}, digest, nullptr);
         const Number256 number = digest_number(digest, NEB_POW_ORDER_WORDS32);
         return std::memcmp(number.data(), range.target, 32) == 0;
      }};
   EXPECT_NE(gate(ToyBackend("toy/strict", "device=cpu", fault)).finding.find("a target equal to the digest"),
             std::string::npos);
}

TEST(Gate, RefusesIgnoringTheEpoch) {
   const Fault fault{[](std::uint64_t, std::uint8_t *) {}, {}};
   Twisted twisted;
   static const neb_pow_backend *honest;
   honest = &twisted.honest.table();
   twisted.table.submit = [](const neb_pow_backend *, neb_pow_session *session, const neb_pow_job *job) {
      static const std::uint8_t key[4] = {1, 2, 3, 4};
      const neb_pow_epoch stuck{{key, 4}, 0};
      neb_pow_job changed = *job;
      changed.epoch = &stuck;
      return honest->submit(honest, session, &changed);
   };
   EXPECT_NE(twisted.gate().finding, "");
}

TEST(Gate, RefusesIgnoringACancellation) {
   Twisted twisted;
   twisted.table.cancel_below = [](const neb_pow_backend *, neb_pow_session *, std::uint64_t) {};
   EXPECT_NE(twisted.gate().finding.find("stale ticket"), std::string::npos);
}

TEST(Gate, RefusesTakingMoreThanTheDepth) {
   Twisted twisted;
   static const neb_pow_backend *honest;
   honest = &twisted.honest.table();
   twisted.table.open = [](const neb_pow_backend *, const neb_pow_session_config *config, neb_pow_session **out,
                           neb_error *err) {
      neb_pow_session_config deeper = *config;
      deeper.depth_max += 1;
      return honest->open(honest, &deeper, out, err);
   };
   EXPECT_NE(twisted.gate().finding.find("queue"), std::string::npos);
}

TEST(Gate, RefusesClaimingMoreHashesThanItWasAsked) {
   Twisted twisted;
   static const neb_pow_backend *honest;
   honest = &twisted.honest.table();
   twisted.table.wait = [](const neb_pow_backend *, neb_pow_session *session, neb_pow_result *result,
                           std::uint64_t timeout) {
      const neb_status status = honest->wait(honest, session, result, timeout);
      result->hashes_done += 1;
      return status;
   };
   EXPECT_NE(twisted.gate().finding.find("claims"), std::string::npos);
}

TEST(Gate, SaysWhyASessionDoesNotOpen) {
   Twisted twisted;
   twisted.table.open = [](const neb_pow_backend *, const neb_pow_session_config *, neb_pow_session **,
                           neb_error *err) {
      const std::string_view text = "the device has 2 GiB of memory and 4 are needed";
      std::memcpy(err->text, text.data(), text.size() + 1);
      return static_cast<neb_status>(NEB_E_DEVICE);
   };
   EXPECT_NE(twisted.gate().finding.find("4 are needed"), std::string::npos);
}

TEST(Gate, HoldsTheAlgorithmToItsOwnVectors) {
   const GateReport report = gate(ToyBackend("toy/honest", "device=cpu"), algorithm_with_wrong_vector());
   EXPECT_NE(report.finding.find("known answer 3"), std::string::npos) << report.finding;
}

TEST(Gate, AdmitsTheReferenceOfTheHost) {
   const AlgorithmEntry entry(provided_algorithm(algorithm()));
   EXPECT_EQ(run_gate(entry.reference(), entry).finding, "");
}

TEST(Contender, KeepsItsNameAndDeviceWhenItsInstanceLeaves) {
   const ToyBackend backend("toy/scalar", "device=cpu");
   char name[] = "toy/leaving", device[] = "card 1";
   neb_pow_backend table = backend.table();
   table.name = name;
   table.device = device;
   const Contender contender(backend.provided(), &table);
   std::memset(name, 0xff, sizeof name - 1); // what an unloaded library's memory may have become
   std::memset(device, 0xff, sizeof device - 1);
   table = {};
   EXPECT_EQ(contender.name(), "toy/leaving");
   EXPECT_EQ(contender.device(), "card 1");
}

} // namespace nebula::host::toy
