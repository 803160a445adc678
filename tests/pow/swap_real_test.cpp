// Swaps under load among all backends of every algorithm that the plugins of this build provide.

#include "pow/lap_miner.h"
#include "pow/real_backends.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <iterator>
#include <list>
#include <thread>

namespace nebula::host::real {

void PrintTo(const Subject &subject, std::ostream *out) {
   *out << subject.algorithm << " of " << subject.plugin;
}

namespace {

#if defined(__SANITIZE_THREAD__)
constexpr bool k_thread_sanitizer = true;
#else
constexpr bool k_thread_sanitizer = false;
#endif

constexpr std::uint64_t k_seed = 20'240'611;
constexpr std::uint32_t k_epoch_by_height = 2; // of neb_pow_algorithm::epoch_kind
constexpr int k_swaps = 1000;
// For a job to come back between two swaps. Of a slow algorithm several swaps pass over one job, of a fast one many
// jobs go by between two swaps.
constexpr auto k_patience = std::chrono::milliseconds(2);
// The sanitizer's runs have little time: what costs more there is shown by the plain build alone.
constexpr std::uint64_t k_sanitized_hash_ns_max = 250'000'000;

/// Whose turn it is. Any other one's, at random; but of those whose sessions take long to open (a driver that compiles)
/// each is left out once the swaps to it and from it have taken their share of the test's time.
class Turns {
public:
   Turns(std::size_t count, std::size_t now) : spent_(count), taken_(count), now_(now) {}

   [[nodiscard]] std::size_t next() {
      std::vector<std::size_t> others, fit;
      for (std::size_t i = 0; i < spent_.size(); ++i)
         if (i != now_)
            others.push_back(i);
      std::copy_if(others.begin(), others.end(), std::back_inserter(fit),
                   [this](std::size_t i) { return spent_[i] < k_share; });
      if (fit.empty())
         fit = others;
      from_ = now_;
      now_ = fit[random_() % fit.size()];
      ++taken_[now_];
      return now_;
   }
   /// What the last swap took.
   void took(std::chrono::nanoseconds time) {
      spent_[from_] += time;
      spent_[now_] += time;
   }
   [[nodiscard]] const std::vector<unsigned> &taken() const noexcept { return taken_; }

private:
   static constexpr std::chrono::seconds k_share{20};
   std::vector<std::chrono::nanoseconds> spent_;
   std::vector<unsigned> taken_;
   std::size_t now_, from_ = 0;
   std::mt19937_64 random_{k_seed};
};

class RealBackends : public ::testing::TestWithParam<Subject> {
protected:
   void SetUp() override {
      if (k_thread_sanitizer)
         std::cout << "SKIPPED here: backends through OpenCL (a driver's threads are not instrumented)\n";
      make(!k_thread_sanitizer);
      ASSERT_FALSE(HasFatalFailure());
      reference_ns_ = node_->algorithm().reference_ns();
      backends_ = node_->backends();
   }

   void make(bool device_backends) {
      node_.reset();
      auto made = PluginNode::make(GetParam(), device_backends);
      ASSERT_TRUE(made) << made.error().message;
      node_ = std::move(*made);
   }

   /// Makes one serve and, where an epoch is a height, what it needs for that one, as a miner does. (What another kind
   /// of epoch needs may be gigabytes.)
   void make_ready(const std::string &backend, const PowEpoch &epoch) {
      const auto used = node_->use(backend); // it passes its gate
      ASSERT_TRUE(used) << used.error().message;
      if (node_->algorithm().table().epoch_kind != k_epoch_by_height)
         return;
      neb_guard guard{};
      const auto *table = static_cast<const neb_pow_backend *>(enter(&node_->slot(), &guard));
      ASSERT_NE(table, nullptr);
      const neb_pow_session_config config{sizeof config, 1, 0};
      neb_pow_session *session = nullptr;
      ASSERT_EQ(table->open(table, &config, &session, nullptr), NEB_OK);
      const neb_pow_epoch wire = epoch.wire();
      const neb_status prepared = table->prepare(table, session, &wire, nullptr);
      EXPECT_TRUE(prepared == NEB_OK || prepared == NEB_E_UNSUPPORTED) << backend << ": " << prepared;
      table->close(table, session);
      leave(&guard);
   }

   std::unique_ptr<PluginNode> node_;
   std::uint64_t reference_ns_ = 0;
   std::vector<std::string> backends_;
};

TEST_P(RealBackends, AreSwappedAThousandTimesUnderLoadAndNothingIsLostDoubledOrWrong) {
   SCOPED_TRACE("seed " + std::to_string(k_seed));
   if (k_thread_sanitizer && reference_ns_ > k_sanitized_hash_ns_max)
      GTEST_SKIP() << "SKIPPED: under this sanitizer a hash takes " << reference_ns_ / 1'000'000
                   << " ms; the plain build swaps this algorithm";
   if (backends_.size() < 2)
      GTEST_SKIP() << "SKIPPED: only " << backends_.at(0) << " computes it here";
   const Expected expected = Expected::make(node_->algorithm().table(), reference_ns_, 100'000'000);
   ASSERT_FALSE(expected.digests.empty());
   for (const std::string &backend : backends_)
      ASSERT_NO_FATAL_FAILURE(make_ready(backend, expected.job.epoch));

   std::atomic<bool> over{false};
   std::list<LapMiner> miners;
   std::vector<std::jthread> threads;
   for (std::uint32_t i = 0; i < 3; ++i)
      threads.emplace_back(
         [&over, &miner = miners.emplace_back(node_->slot(), expected, i + 1, k_seed + i)] { miner.run(over); });
   const auto jobs = [&] {
      std::uint64_t sum = 0;
      for (const LapMiner &miner : miners)
         sum += miner.jobs();
      return sum;
   };
   Turns turns(backends_.size(), backends_.size() - 1);
   for (int swap = 0; swap < k_swaps && !HasFailure(); ++swap) {
      const std::string &backend = backends_[turns.next()];
      const auto start = std::chrono::steady_clock::now();
      const auto used = node_->use(backend);
      turns.took(std::chrono::steady_clock::now() - start);
      EXPECT_TRUE(used) << used.error().message;
      EXPECT_EQ(node_->serving(), backend);
      const std::uint64_t before = jobs();
      const auto until = std::chrono::steady_clock::now() + k_patience;
      while (jobs() == before && std::chrono::steady_clock::now() < until)
         std::this_thread::yield();
   }
   over.store(true);
   threads.clear();
   for (const LapMiner &miner : miners) {
      EXPECT_EQ(miner.error(), "");
      EXPECT_GE(miner.laps(), 1u);
   }
   std::cout << k_swaps << " swaps, " << jobs() << " jobs; turns:";
   for (std::size_t i = 0; i < backends_.size(); ++i) {
      std::cout << ' ' << backends_[i] << ' ' << turns.taken()[i];
      EXPECT_GE(turns.taken()[i], 1u) << backends_[i];
   }
   std::cout << '\n';
}

std::string name_of(const ::testing::TestParamInfo<Subject> &info) {
   std::string name = info.param.algorithm;
   for (char &c : name)
      if (!std::isalnum(static_cast<unsigned char>(c)))
         c = '_';
   return name;
}

INSTANTIATE_TEST_SUITE_P(Swap, RealBackends, ::testing::ValuesIn(subjects()), name_of);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RealBackends); // a build may have no algorithm

} // namespace

} // namespace nebula::host::real
