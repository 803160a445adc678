/// A peer that breaks every rule, over a real socket and real shared memory, against the host's side as it is.

#include "hostile_deeds.h"
#include "pow_node.h"

#include "host/isolation/isolated_backend.h"
#include "host/isolation/keeper.h"
#include "host/isolation/session.h"
#include "host/util/clock.h"
#include "pow/toy.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>

namespace nebula::host {
namespace {

std::uint64_t in_seconds(std::uint64_t seconds) {
   return RealClock().monotonic_ns() + seconds * 1'000'000'000;
}

std::size_t descriptors() {
   const auto all = std::filesystem::directory_iterator("/proc/self/fd");
   return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::size_t resident_mib() {
   std::size_t whole = 0, resident = 0;
   std::ifstream("/proc/self/statm") >> whole >> resident;
   return resident / 256; // pages of 4 KiB
}

// ---- the host's side alone, against deeds at random

class Deaf final : public RunnerListener {
public:
   void logged(const LogLine &) override {}
   void reported(const HealthReport &) override {}
   void progressed(const ProgressReport &) override {}
   void lost(const std::string &) override {}
   [[nodiscard]] std::uint32_t log_level() const override { return NEB_LOG_INFO; }
};

/// Each job gives one result, in order, and nothing is written beyond its room.
void collect(IsolatedSession &session, std::uint64_t ticket, std::uint32_t capacity) {
   constexpr std::uint64_t k_untouched = 0x6E656275'6C61;
   std::vector<neb_pow_hit> hits(capacity + 1);
   hits.back().nonce = k_untouched;
   neb_pow_result result{};
   result.size = sizeof result;
   result.hits = hits.data();
   result.hit_capacity = capacity;
   ASSERT_EQ(session.wait(result, UINT64_MAX), NEB_OK);
   EXPECT_EQ(hits.back().nonce, k_untouched);
   if (result.status == NEB_E_DEVICE) {
      EXPECT_EQ(result.ticket, ticket);
   }
}

void one_life(std::uint64_t seed) {
   SCOPED_TRACE("seed " + std::to_string(seed));
   Deaf listener;
   Patience patience;
   patience.learn(true, 1); // no first preparation: silence is noticed soon
   auto spawned = RunnerProcess::spawn(NEBULA_HOSTILE_RUNNER, "seed " + std::to_string(seed), listener);
   ASSERT_TRUE(spawned) << spawned.error().message;
   const auto runner = std::move(*spawned);
   (void)runner->ask(MessageKind::setup, {}, -1, in_seconds(5));
   Open what;
   what.depth = 2;
   if (auto session = IsolatedSession::open(runner, what, patience, true)) {
      const std::uint8_t input[32] = {};
      const neb_pow_epoch epoch{{input, 4}, 0};
      std::uint64_t due = 0, ticket = 0;
      for (int i = 0; i < 6; ++i) {
         neb_pow_job job{};
         job.size = sizeof job;
         job.nonce_offset = NEB_POW_NONCE_APPENDED;
         job.ticket = ticket + 1;
         job.epoch = &epoch;
         job.input = {input, sizeof input};
         job.nonce_bytes = 4;
         job.hit_capacity = 8;
         job.nonce_count = 50;
         std::fill(std::begin(job.target), std::end(job.target), std::uint8_t{0x3F});
         if ((*session)->submit(job) != NEB_OK)
            break;
         ++ticket;
         if (ticket - due == 2)
            collect(**session, ++due, 8);
      }
      while (due < ticket)
         collect(**session, ++due, 8);
   }
   (void)runner->ask(MessageKind::telemetry, to_payload(BackendName{}), -1, in_seconds(1));
   runner->end(0);
   EXPECT_TRUE(runner->dead());
}

TEST(HostilePeer, AtRandomCostsItsOwnLifeAndNothingElse) {
   const char *wanted = std::getenv("NEBULA_HOSTILE_LIVES");
   const std::uint64_t lives = wanted ? std::strtoull(wanted, nullptr, 10) : 400; // some ten deeds each
   constexpr std::size_t k_growth_mib = 400; // the most is what a sanitizer keeps of freed memory
   one_life(0);
   const auto open_before = descriptors();
   const auto resident_before = resident_mib();
   for (std::uint64_t seed = 1; seed <= lives && !testing::Test::HasFatalFailure(); ++seed)
      one_life(seed);
   EXPECT_EQ(descriptors(), open_before);
   EXPECT_LT(resident_mib(), resident_before + k_growth_mib);
}

// ---- the whole proof-of-work part, with the toy's reference in the node and the peer in front of it

constexpr char k_guest[] = "guest";

class HostilePow : public testing::Test {
protected:
   HostilePow() {
      config::AlgorithmSettings settings;
      settings.name = toy::k_name;
      settings.select = "kind=hostile";
      settings.fallback = {"kind=reference"};
      EXPECT_TRUE(bench_.pow.configure({settings}));
   }
   void TearDown() override { EXPECT_TRUE(bench_.pow.instance_removed(k_guest, 10'000'000'000)); }

   Result<Described> begin(const std::string &deed) {
      KeeperSpec spec;
      spec.program = NEBULA_HOSTILE_RUNNER;
      spec.setup.instance = deed;
      spec.file = Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
      spec.offers_algorithms = false;
      keeper_ = std::make_unique<Keeper>(&host_, directory_, std::move(spec));
      return keeper_->begin();
   }

   void serve(const std::string &deed) {
      auto described = begin(deed);
      ASSERT_TRUE(described) << described.error().message;
      ASSERT_EQ(described->backends.size(), 1u);
      backend_ = std::make_unique<IsolatedBackend>(*keeper_, described->backends[0], "", true);
      Provided provided;
      provided.id = NEB_SVC_POW_BACKEND;
      provided.name = backend_->service();
      provided.instance = k_guest;
      provided.plugin = "hostile";
      provided.properties = parse_properties(backend_->properties()).value();
      provided.table = backend_->table();
      ASSERT_TRUE(bench_.pow.backend_added(provided));
      bench_.pow.instance_ready(k_guest);
   }

   /// Mines the range until all of it is done; every hit is the reference's, each once.
   void mine(toy::Consumer &consumer, std::uint64_t first, std::uint64_t count) {
      const JobCopy all = toy::job(first, count, 4, 4096);
      std::vector<neb_pow_hit> expected, found;
      ASSERT_EQ(Reference(toy::algorithm()).scan(all, first, count, all.target, expected), NEB_OK);
      while (count > 0) {
         const neb_status status = consumer.submit(++ticket_, first, count, 4, 4096);
         if (status == NEB_E_BUSY) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1)); // between two backends
            continue;
         }
         ASSERT_EQ(status, NEB_OK);
         const toy::Answer answer = consumer.wait();
         ASSERT_TRUE(answer.status == NEB_OK || answer.status == NEB_E_CANCELLED) << answer.status;
         found.insert(found.end(), answer.hits.begin(), answer.hits.end());
         first += answer.hashes_done;
         count -= answer.hashes_done;
      }
      ASSERT_EQ(found.size(), expected.size());
      for (std::size_t i = 0; i < found.size(); ++i) {
         EXPECT_EQ(found[i].nonce, expected[i].nonce);
         EXPECT_EQ(std::memcmp(found[i].digest, expected[i].digest, 32), 0);
      }
   }

   [[nodiscard]] std::string explained() const { return bench_.pow.explain(toy::k_name).value(); }

   const neb_host host_ = silent_host(k_guest);
   toy::Bench bench_;
   PowDirectory directory_{bench_.pow};
   std::unique_ptr<Keeper> keeper_;
   std::unique_ptr<IsolatedBackend> backend_;
   std::uint64_t ticket_ = 0;
};

TEST_F(HostilePow, HonestServesAndTellsItsSensors) {
   serve("honest");
   Slot &slot = bench_.find();
   ASSERT_EQ(bench_.serving(slot), "toy/hostile") << explained();
   toy::Consumer consumer(slot);
   mine(consumer, 0, k_trigger);
   EXPECT_NE(explained().find("\"temperature_celsius\":6.15E1"), std::string::npos) << explained();
   for (const char *absent : {"clock_mhz", "power_watts", "fan_percent", "memory_bytes"})
      EXPECT_EQ(explained().find(absent), std::string::npos) << explained();
}

struct Lie {
   const char *deed, *finding;
};

class HostileLie : public HostilePow, public testing::WithParamInterface<Lie> {};

TEST_P(HostileLie, IsQuarantinedForItAndTheNodeMinesOn) {
   serve(GetParam().deed);
   Slot &slot = bench_.find();
   ASSERT_EQ(bench_.serving(slot), "toy/hostile") << explained();
   toy::Consumer consumer(slot);
   mine(consumer, 0, 500);
   mine(consumer, 500, k_trigger);
   EXPECT_EQ(bench_.serving(slot), "toy/reference");
   EXPECT_NE(explained().find(std::string("quarantined: ") + GetParam().finding), std::string::npos) << explained();
}

INSTANTIATE_TEST_SUITE_P(Each, HostileLie,
                         testing::Values(Lie{"another ticket", "answered ticket"},
                                         Lie{"more hits than room", "claims 4294967295 hits"},
                                         Lie{"more hashes than asked for", "claims 18446744073709551615 hashes"},
                                         Lie{"fewer hashes than asked for", "stopped after 388 of 777 hashes"},
                                         Lie{"a status that is none", "failed a batch with status 12345"},
                                         Lie{"cancelled by nobody", "cancelled a job that nobody cancelled"},
                                         Lie{"a hit twice", "gave its hits out of order or twice"},
                                         Lie{"hits out of order", "gave its hits out of order or twice"},
                                         Lie{"a hit from outside", "gave nonce"},
                                         Lie{"a wrong digest", "gave a digest that the reference does not"}));

class HostileMemory : public HostilePow, public testing::WithParamInterface<const char *> {};

TEST_P(HostileMemory, LosesNoHitAndFalsifiesNone) {
   serve(GetParam());
   Slot &slot = bench_.find();
   ASSERT_EQ(bench_.serving(slot), "toy/hostile") << explained();
   toy::Consumer consumer(slot);
   mine(consumer, 0, k_trigger);
   mine(consumer, k_trigger, 10'000);
}

INSTANTIATE_TEST_SUITE_P(Each, HostileMemory,
                         testing::Values("calls that were not made", "more results than jobs",
                                         "noise in the host's part", "noise in all of it", "another number of slots",
                                         "no memory any more", "torn"));

class HostileChannel : public HostilePow, public testing::WithParamInterface<Lie> {};

TEST_P(HostileChannel, IsEndedForItBeforeItServes) {
   const auto described = begin(GetParam().deed);
   ASSERT_FALSE(described);
   EXPECT_NE(described.error().message.find(GetParam().finding), std::string::npos) << described.error().message;
   EXPECT_EQ(keeper_->runner(), nullptr);
   EXPECT_EQ(bench_.serving(bench_.find()), "toy/reference");
}

INSTANTIATE_TEST_SUITE_P(Each, HostileChannel,
                         testing::Values(Lie{"noise", "it sent what is no message"},
                                         Lie{"oversized", "it sent what is no message"},
                                         Lie{"half a message", "it ended by itself with status 0"},
                                         Lie{"unknown kind", "it sent a message that breaks the contract"},
                                         Lie{"the host's kind", "it sent a message that breaks the contract"},
                                         Lie{"noise in an answer", "it sent an answer that breaks the contract"},
                                         Lie{"a line too long", "it sent a message that breaks the contract"},
                                         Lie{"a health that is none", "it sent a message that breaks the contract"},
                                         Lie{"two answers", "status"}));

class HostileExcess : public HostilePow, public testing::WithParamInterface<const char *> {};

TEST_P(HostileExcess, IsDroppedAndCostsNothing) {
   const auto before = descriptors();
   serve(GetParam());
   Slot &slot = bench_.find();
   EXPECT_EQ(bench_.serving(slot), "toy/hostile");
   toy::Consumer consumer(slot);
   mine(consumer, 0, 500);
   EXPECT_LE(descriptors(), before + 8) << "a runner, and its sessions' memory";
}

INSTANTIATE_TEST_SUITE_P(Each, HostileExcess,
                         testing::Values("answers nobody asked for", "a flood of lines", "descriptors"));

} // namespace
} // namespace nebula::host
