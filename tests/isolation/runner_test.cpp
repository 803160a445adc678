/// A runner of this very program around the faulty backend: it serves, and dies in every way.

#include "host/isolation/runner_process.h"
#include "host/isolation/session.h"
#include "host/plugin/image.h"
#include "host/util/clock.h"

#include <nebula/host.h>

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

namespace nebula::host {
namespace {

std::uint64_t soon() {
   return RealClock().monotonic_ns() + 30'000'000'000;
}

class Listener final : public RunnerListener {
public:
   void logged(const LogLine &) override {}
   void reported(const HealthReport &) override {}
   void progressed(const ProgressReport &) override {}
   void lost(const std::string &why) override {
      const std::lock_guard lock(mutex_);
      why_ = why;
   }
   [[nodiscard]] std::uint32_t log_level() const override { return NEB_LOG_INFO; }
   [[nodiscard]] std::string why() const {
      const std::lock_guard lock(mutex_);
      return why_;
   }

private:
   mutable std::mutex mutex_;
   std::string why_;
};

class Isolation : public testing::Test {
protected:
   void SetUp() override {
      char name[] = "/tmp/nebula-isolation-XXXXXX";
      ASSERT_NE(mkdtemp(name), nullptr);
      folder_ = name;
      start();
      open();
      // Trains the patience: the first batch of a session may prepare for long.
      ASSERT_EQ(batch().status, NEB_OK);
   }
   void TearDown() override {
      session_.reset();
      if (runner_)
         runner_->end(soon());
      std::filesystem::remove_all(folder_);
   }

   void start() {
      auto image = open_image(NEBULA_FAULTY_BACKEND, {});
      ASSERT_TRUE(image) << image.error().message;
      auto runner = RunnerProcess::spawn("/proc/self/exe", "faulty", listener_);
      ASSERT_TRUE(runner) << runner.error().message;
      runner_ = std::move(*runner);
      host::Setup setup;
      setup.instance = "faulty";
      setup.plugin = "faulty-backend";
      setup.path = image->path;
      setup.data_root = folder_;
      setup.config = config::Value::map({{"deed", {}, config::Value::string(folder_ + "/deed")}});
      const Answer ready = runner_->ask(MessageKind::setup, to_payload(setup), image->descriptor.get(), soon());
      ASSERT_EQ(ready.status, NEB_OK) << ready.text;
      ASSERT_EQ(ready.described.backends.size(), 1u);
      EXPECT_EQ(ready.described.backends[0].name, "cosmic-harmony/faulty");
      ASSERT_EQ(runner_->ask(MessageKind::start, {}, -1, soon()).status, NEB_OK);
   }

   void open() {
      Open what;
      what.algorithm = "cosmic-harmony";
      what.backend = "cosmic-harmony/faulty";
      what.depth = 2;
      auto session = IsolatedSession::open(runner_, what, patience_, false);
      ASSERT_TRUE(session) << session.error().message;
      session_ = std::move(*session);
   }

   void submit() {
      const neb_pow_epoch epoch{};
      std::uint8_t input[36] = {};
      neb_pow_job job{};
      job.size = sizeof job;
      job.nonce_offset = 32;
      job.nonce_bytes = 4;
      job.ticket = ++ticket_;
      job.epoch = &epoch;
      job.input = {input, sizeof input};
      job.hit_capacity = NEB_POW_HITS_MAX;
      job.nonce_count = 4096;
      std::fill(std::begin(job.target), std::end(job.target), std::uint8_t{0xFF});
      ASSERT_EQ(session_->submit(job), NEB_OK);
   }

   neb_pow_result collect() {
      neb_pow_result result{};
      result.size = sizeof result;
      result.hits = hits_.data();
      result.hit_capacity = NEB_POW_HITS_MAX;
      EXPECT_EQ(session_->wait(result, UINT64_MAX), NEB_OK);
      return result;
   }

   neb_pow_result batch() {
      submit();
      return collect();
   }

   void tell(const std::string &deed) {
      std::ofstream(folder_ + "/deed.new") << deed;
      std::filesystem::rename(folder_ + "/deed.new", folder_ + "/deed");
   }

   /// The batch under way is lost, the next ones are refused, and the process leaves nothing behind.
   void dies_of(const std::string &deed, const std::string &why) {
      tell(deed);
      const auto result = batch();
      EXPECT_EQ(result.status, NEB_E_DEVICE);
      EXPECT_EQ(result.hashes_done, 0u);
      EXPECT_EQ(result.ticket, ticket_);
      EXPECT_NE(listener_.why().find(why), std::string::npos) << listener_.why();
      EXPECT_TRUE(runner_->dead());
      EXPECT_EQ(kill(runner_->pid(), 0), -1); // reaped: no zombie
      EXPECT_EQ(errno, ESRCH);
   }

   Listener listener_;
   Patience patience_;
   std::string folder_;
   std::shared_ptr<RunnerProcess> runner_;
   std::unique_ptr<IsolatedSession> session_;
   std::vector<neb_pow_hit> hits_ = std::vector<neb_pow_hit>(NEB_POW_HITS_MAX);
   std::uint64_t ticket_ = 0;
};

TEST_F(Isolation, ServesBatchesWithEveryHitInOrder) {
   const auto result = batch();
   EXPECT_EQ(result.status, NEB_OK);
   ASSERT_EQ(result.hit_count, 4096u);
   for (std::uint32_t i = 0; i < result.hit_count; ++i)
      EXPECT_EQ(hits_[i].nonce, i);
}

TEST_F(Isolation, KeepsAsManyJobsAsItsDepth) {
   submit();
   submit();
   const neb_pow_epoch epoch{};
   neb_pow_job third{};
   std::uint8_t input[36] = {};
   third.epoch = &epoch;
   third.input = {input, sizeof input};
   third.nonce_offset = 32;
   third.nonce_bytes = 4;
   third.nonce_count = third.hit_capacity = 1;
   third.ticket = ticket_ + 1;
   EXPECT_EQ(session_->submit(third), NEB_E_BUSY);
   EXPECT_EQ(collect().ticket, ticket_ - 1);
   EXPECT_EQ(collect().ticket, ticket_);
}

TEST_F(Isolation, ACancelledJobIsCancelledBeforeItIsGiven) {
   session_->cancel_below(ticket_ + 2);
   EXPECT_EQ(batch().status, NEB_E_CANCELLED);
   EXPECT_EQ(batch().status, NEB_OK);
}

TEST_F(Isolation, AnAbortCostsItsBatch) {
   dies_of("abort", "signal 6");
}
TEST_F(Isolation, AnAccessViolationCostsItsBatch) {
   dies_of("segv", "signal 11");
}
TEST_F(Isolation, AKillCostsItsBatch) {
   dies_of("kill", "signal 9");
}
TEST_F(Isolation, AnExitCostsItsBatch) {
   dies_of("exit", "status 0");
}
TEST_F(Isolation, AStoppedRunnerIsEnded) {
   dies_of("stop", "stopped by signal 19");
}
TEST_F(Isolation, AnEndlessLoopIsEnded) {
   dies_of("loop", "no progress");
}

TEST_F(Isolation, EveryJobInFlightGivesItsResultWhenTheRunnerDies) {
   tell("loop");
   submit();
   submit();
   runner_->kill("the test says so");
   EXPECT_EQ(collect().status, NEB_E_DEVICE);
   const auto second = collect();
   EXPECT_EQ(second.status, NEB_E_DEVICE);
   EXPECT_EQ(second.ticket, ticket_);
   EXPECT_NE(listener_.why().find("the test says so"), std::string::npos);
}

TEST_F(Isolation, AResultThatNobodyFetchesYetIsNotTheRunnersSilence) {
   submit();
   std::this_thread::sleep_for(std::chrono::nanoseconds(3 * k_silence_ns));
   EXPECT_EQ(collect().status, NEB_OK);
   EXPECT_FALSE(runner_->dead()) << listener_.why();
}

TEST_F(Isolation, ARequestToADyingRunnerIsToldWhyItDies) {
   ASSERT_EQ(kill(runner_->pid(), SIGKILL), 0);
   const Answer answer = runner_->ask(MessageKind::start, {}, -1, soon());
   EXPECT_EQ(answer.status, NEB_E_DEVICE);
   EXPECT_NE(answer.text.find("signal 9"), std::string::npos) << answer.text;
}

TEST_F(Isolation, AnEndThatWasAskedForIsNoLoss) {
   session_.reset();
   runner_->end(soon());
   EXPECT_TRUE(runner_->dead());
   EXPECT_EQ(listener_.why(), "");
}

TEST_F(Isolation, LeavesNoDescriptorBehind) {
   const auto open_descriptors = [] {
      const auto all = std::filesystem::directory_iterator("/proc/self/fd");
      return std::distance(begin(all), end(all));
   };
   session_.reset();
   runner_->end(soon());
   runner_.reset();
   const auto before = open_descriptors();
   start();
   open();
   ASSERT_EQ(batch().status, NEB_OK);
   session_.reset();
   runner_->end(soon());
   runner_.reset();
   EXPECT_EQ(open_descriptors(), before);
}

} // namespace
} // namespace nebula::host
