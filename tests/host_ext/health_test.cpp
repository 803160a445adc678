#include "ext/health.h"

#include "support.h"

#include <boost/json.hpp>
#include <mutex>
#include <vector>

namespace nebula::host::test {
namespace {

namespace json = boost::json;
constexpr uint64_t k_second = 1'000'000'000;

class HealthTest : public ::testing::Test, protected ProgressSink {
protected:
   HealthTest() {
      health_.on_change([this](const HealthChange &change) { changes_.push_back(change); });
      health_.add("chain", "chain", true);
      health_.set_running("chain");
   }
   void progress(std::string_view instance, std::string_view what, uint64_t done, uint64_t total,
                 std::string_view unit) override {
      progress_ = std::string(instance) + ' ' + std::string(what) + ' ' + std::to_string(done) + '/' +
                  std::to_string(total) + ' ' + std::string(unit);
   }
   ManualClock clock_;
   TimerQueue timers_{clock_};
   Health health_{clock_, timers_, this};
   std::vector<HealthChange> changes_;
   std::string progress_;
};

TEST_F(HealthTest, AnInstanceThatStartsIsAliveButNotReady) {
   health_.add("pool", "pool", true);
   EXPECT_TRUE(health_.livez().good);
   EXPECT_FALSE(health_.readyz().good);
   health_.set_running("pool");
   EXPECT_TRUE(health_.readyz().good);
}

TEST_F(HealthTest, DegradedIsReadyNotReadyIsAliveFailedIsNeither) {
   health_.report("chain", HealthLevel::degraded, "peers", "only 2 of 8 peers");
   EXPECT_TRUE(health_.readyz().good);
   health_.report("chain", HealthLevel::not_ready, "peers", "no peers");
   EXPECT_FALSE(health_.readyz().good);
   EXPECT_TRUE(health_.livez().good);
   health_.report("chain", HealthLevel::failed, "peers", "the socket is gone");
   EXPECT_FALSE(health_.livez().good);
   EXPECT_FALSE(health_.healthz().good);
   health_.report("chain", HealthLevel::ok, "peers", "8 peers");
   EXPECT_TRUE(health_.livez().good);
   EXPECT_TRUE(health_.readyz().good);
}

TEST_F(HealthTest, AnOptionalInstanceNeverTakesTheNodeDownButShows) {
   health_.add("kafka", "kafka", false);
   health_.report("kafka", HealthLevel::failed, "", "no broker");
   EXPECT_TRUE(health_.livez().good);
   EXPECT_TRUE(health_.readyz().good);
   const json::object document = json::parse(health_.healthz().json).as_object();
   EXPECT_EQ(document.at("status").as_string(), "degraded");
}

TEST_F(HealthTest, DocumentsHaveABodyPerCheck) {
   health_.report("chain", HealthLevel::not_ready, "sync", "block 5 of 10 \"behind\"");
   health_.report("chain", HealthLevel::ok, "store", "");
   const json::object ready = json::parse(health_.readyz().json).as_object();
   EXPECT_EQ(ready.at("status").as_string(), "not ready");
   const json::object check = ready.at("checks").as_array().at(0).as_object();
   EXPECT_EQ(check.at("instance").as_string(), "chain");
   EXPECT_EQ(check.at("passed").as_bool(), false);
   EXPECT_EQ(check.at("text").as_string(), "sync: block 5 of 10 \"behind\"");
   const json::object whole = json::parse(health_.healthz().json).as_object();
   EXPECT_EQ(whole.at("alive").as_bool(), true);
   EXPECT_EQ(whole.at("checks").as_array().at(0).at("components").as_array().size(), 2u);
   EXPECT_EQ(whole.at("checks").as_array().at(0).at("components").as_array().at(1).at("since").as_string(),
             "2023-11-14T22:13:20Z");
   EXPECT_EQ(json::parse(health_.livez().json).at("status").as_string(), "alive");
}

TEST_F(HealthTest, DrainingIsNotReadyWithItsReason) {
   health_.set_draining("told to drain");
   EXPECT_FALSE(health_.readyz().good);
   EXPECT_TRUE(health_.livez().good);
   EXPECT_EQ(json::parse(health_.readyz().json).at("draining").as_string(), "told to drain");
   health_.set_draining("");
   EXPECT_TRUE(health_.readyz().good);
}

TEST_F(HealthTest, TellsChangesOnceAndInOrder) {
   health_.report("chain", HealthLevel::degraded, "peers", "few");
   health_.report("chain", HealthLevel::degraded, "peers", "few");
   health_.report("chain", HealthLevel::degraded, "peers", "fewer");
   health_.report("chain", HealthLevel::ok, "peers", "");
   ASSERT_EQ(changes_.size(), 3u);
   EXPECT_EQ(changes_[0].before, HealthLevel::ok);
   EXPECT_EQ(changes_[0].level, HealthLevel::degraded);
   EXPECT_EQ(changes_[1].before, HealthLevel::degraded);
   EXPECT_EQ(changes_[1].text, "fewer");
   EXPECT_EQ(changes_[2].level, HealthLevel::ok);
   EXPECT_EQ(json::parse(to_json(changes_[1])).at("text").as_string(), "fewer");
}

TEST_F(HealthTest, AnObserverMayReportItself) {
   health_.on_change([this](const HealthChange &change) {
      changes_.push_back(change);
      if (change.component == "a")
         health_.report("chain", HealthLevel::ok, "b", "because of a");
   });
   health_.report("chain", HealthLevel::ok, "a", "x");
   ASSERT_EQ(changes_.size(), 2u);
   EXPECT_EQ(changes_[1].component, "b");
}

TEST_F(HealthTest, AComponentThatStopsBeatingIsStalledUntilTheNextBeat) {
   health_.report("chain", HealthLevel::ok, "worker", "busy");
   EXPECT_EQ(health_.beat("chain", "worker", 5 * k_second), NEB_OK);
   clock_.advance(4 * k_second);
   EXPECT_EQ(health_.beat("chain", "worker", 5 * k_second), NEB_OK);
   clock_.advance(4 * k_second);
   EXPECT_EQ(health_.level("chain"), HealthLevel::ok);
   clock_.advance(2 * k_second);
   EXPECT_EQ(health_.level("chain"), HealthLevel::failed);
   EXPECT_EQ(changes_.back().text, "stalled: no sign of life within 5 s");
   EXPECT_FALSE(health_.livez().good);
   EXPECT_EQ(health_.beat("chain", "worker", 5 * k_second), NEB_OK);
   EXPECT_EQ(health_.level("chain"), HealthLevel::ok);
   EXPECT_EQ(changes_.back().text, "busy");
}

TEST_F(HealthTest, ABeatWithinZeroEndsTheWatch) {
   health_.beat("chain", "worker", k_second);
   health_.beat("chain", "worker", 0);
   clock_.advance(100 * k_second);
   EXPECT_EQ(health_.level("chain"), HealthLevel::ok);
}

TEST_F(HealthTest, AnInstanceHasAtMost64Components) {
   for (uint32_t i = 0; i < Health::k_components_max; ++i)
      ASSERT_EQ(health_.report("chain", HealthLevel::ok, "c" + std::to_string(i), ""), NEB_OK);
   EXPECT_EQ(health_.report("chain", HealthLevel::ok, "one more", ""), NEB_E_FULL);
   EXPECT_EQ(health_.beat("chain", "one more", 1), NEB_E_FULL);
   EXPECT_EQ(health_.report("chain", HealthLevel::degraded, "c5", ""), NEB_OK);
}

TEST_F(HealthTest, RefusesWhatMakesNoSense) {
   EXPECT_EQ(health_.report("nobody", HealthLevel::ok, "", ""), NEB_E_NOT_FOUND);
   EXPECT_EQ(health_.report("chain", static_cast<HealthLevel>(4), "", ""), NEB_E_INVALID);
   EXPECT_EQ(health_.report("chain", static_cast<HealthLevel>(-1), "", ""), NEB_E_INVALID);
   EXPECT_EQ(health_.report("chain", HealthLevel::ok, std::string(129, 'c'), ""), NEB_E_INVALID);
   EXPECT_EQ(health_.report("chain", HealthLevel::ok, "", std::string(5000, 't')), NEB_OK);
   EXPECT_EQ(changes_.back().text.size(), Health::k_text_max);
}

TEST_F(HealthTest, PassesProgressOn) {
   health_.progress("chain", "sync", 5, 10, "blocks");
   EXPECT_EQ(progress_, "chain sync 5/10 blocks");
}

TEST_F(HealthTest, ARemovedInstanceNoLongerCounts) {
   health_.report("chain", HealthLevel::failed, "", "gone");
   health_.remove("chain");
   EXPECT_TRUE(health_.livez().good);
   EXPECT_TRUE(health_.readyz().good);
}

} // namespace
} // namespace nebula::host::test
