#include "node_fixture.h"

namespace nebula::host {
namespace {

using test::NodeTest;
using test::text_of;

constexpr const char *k_before = R"(
   - {id: maker, config: {journal: JOURNAL, value: 1}}
   - {id: user, config: {journal: JOURNAL, source: maker}}
   - {id: plain, config: {journal: JOURNAL}}
)";

class ReloadTest : public NodeTest {
protected:
   void start() {
      auto started = run(k_before);
      ASSERT_TRUE(started) << started.error().message;
      (void)journal();
   }
};

TEST_F(ReloadTest, TheSameConfigurationTouchesNothing) {
   start();
   auto report = reload(k_before);
   ASSERT_TRUE(report) << report.error().message;
   EXPECT_EQ(text_of(report->unchanged), "maker user plain");
   EXPECT_EQ(journal(), "");
}

TEST_F(ReloadTest, AChangedConfigurationIsGivenToReconfigure) {
   start();
   auto report = reload(R"(
   - {id: maker, config: {journal: JOURNAL, value: 2}}
   - {id: user, config: {journal: JOURNAL, source: maker}}
   - {id: plain, config: {journal: JOURNAL}}
)");
   ASSERT_TRUE(report) << report.error().message;
   EXPECT_EQ(text_of(report->reconfigured), "maker");
   EXPECT_EQ(journal(), "maker reconfigure");
   EXPECT_EQ(ask("user", "inside"), "2");
}

TEST_F(ReloadTest, APluginThatCannotReconfigureIsRestartedAndItsUsersSeeTheNewOne) {
   start();
   auto report = reload(R"(
   - {id: maker, config: {journal: JOURNAL, value: 3, fail: no-reconfigure}}
   - {id: user, config: {journal: JOURNAL, source: maker}}
   - {id: plain, config: {journal: JOURNAL}}
)");
   ASSERT_TRUE(report) << report.error().message;
   EXPECT_EQ(text_of(report->reconfigured), "maker");
   (void)journal();
   report = reload(R"(
   - {id: maker, config: {journal: JOURNAL, value: 4, fail: no-reconfigure}}
   - {id: user, config: {journal: JOURNAL, source: maker}}
   - {id: plain, config: {journal: JOURNAL}}
)");
   ASSERT_TRUE(report) << report.error().message;
   EXPECT_EQ(text_of(report->restarted), "maker");
   EXPECT_EQ(journal(), "maker drain, maker stop, maker destroy, maker init, maker start");
   EXPECT_EQ(ask("user", "inside"), "4");
   EXPECT_EQ(ask("user", "changes"), "2"); // emptied, then filled again
}

TEST_F(ReloadTest, InstancesAreAddedAndRemoved) {
   start();
   auto report = reload(R"(
   - {id: maker, config: {journal: JOURNAL, value: 1}}
   - {id: user, config: {journal: JOURNAL, source: maker}}
   - {id: plain, as: extra, config: {journal: JOURNAL}}
)");
   ASSERT_TRUE(report) << report.error().message;
   EXPECT_EQ(text_of(report->added), "extra");
   EXPECT_EQ(text_of(report->removed), "plain");
   EXPECT_EQ(journal(), "plain drain, plain stop, plain destroy, extra init, extra start");
   EXPECT_EQ(node_->instance("plain"), nullptr);
}

TEST_F(ReloadTest, ARefusedConfigurationChangesNothing) {
   start();
   auto report = reload(R"(
   - {id: maker, config: {journal: JOURNAL, value: -2}}
   - {id: user, config: {journal: JOURNAL, source: maker, value: 9}}
   - {id: plain, config: {journal: JOURNAL}}
)");
   ASSERT_FALSE(report);
   EXPECT_EQ(report.error().message, "plugin maker refused its new configuration: it does not like negative values");
   EXPECT_EQ(ask("maker", "value"), "1");
   EXPECT_EQ(ask("user", "value"), "1");
   EXPECT_EQ(journal(), "maker reconfigure");
}

TEST_F(ReloadTest, ARefusalAfterOthersAcceptedTakesThemBack) {
   start();
   auto report = reload(R"(
   - {id: plain, config: {journal: JOURNAL, value: 5}}
   - {id: maker, config: {journal: JOURNAL, value: -2}}
   - {id: user, config: {journal: JOURNAL, source: maker}}
)");
   ASSERT_FALSE(report);
   EXPECT_EQ(ask("plain", "value"), "1");
   EXPECT_EQ(journal(), "plain reconfigure, maker reconfigure, plain reconfigure");
}

TEST_F(ReloadTest, AWrongConfigurationIsRefusedBeforeAnythingHappens) {
   start();
   auto report = reload("   - {id: user, config: {journal: JOURNAL, source: maker}}\n");
   ASSERT_FALSE(report);
   EXPECT_NE(report.error().message.find("there is no plugin instance \"maker\""), std::string::npos)
      << report.error().message;
   EXPECT_EQ(journal(), "");
}

TEST_F(ReloadTest, WhenANewInstanceFailsTheNodeGoesBackToWhatItRan) {
   start();
   auto report = reload(R"(
   - {id: maker, config: {journal: JOURNAL, value: 6}}
   - {id: user, config: {journal: JOURNAL, source: maker}}
   - {id: plain, as: extra, config: {journal: JOURNAL, fail: start}}
)");
   ASSERT_FALSE(report);
   EXPECT_NE(report.error().message.find("plugin extra failed in start"), std::string::npos);
   EXPECT_NE(report.error().message.find("went back to its former configuration"), std::string::npos);
   EXPECT_EQ(ask("maker", "value"), "1");
   EXPECT_EQ(ask("plain", "value"), "1");
   EXPECT_EQ(node_->instance("extra"), nullptr);
   EXPECT_EQ(ask("user", "inside"), "1");
}

TEST_F(ReloadTest, ARestartedProviderIsFoundAgainByItsUsers) {
   start();
   auto restarted = node_->restart("maker");
   ASSERT_TRUE(restarted) << restarted.error().message;
   EXPECT_EQ(journal(), "maker drain, maker stop, maker destroy, maker init, maker start");
   EXPECT_EQ(ask("user", "inside"), "1");
   EXPECT_FALSE(node_->restart("nobody"));
}

TEST_F(ReloadTest, AnOptionalInstanceThatFailedIsTriedAgain) {
   const std::string broken = "   - {id: plain, required: false, config: {fail: init}}\n";
   const std::string whole = "   - {id: plain, required: false, config: {value: 2}}\n";
   ASSERT_TRUE(run(broken));
   EXPECT_EQ(node_->instance("plain")->state(), PluginState::failed);
   auto report = reload(whole);
   ASSERT_TRUE(report) << report.error().message;
   EXPECT_EQ(node_->instance("plain")->state(), PluginState::running);
   EXPECT_TRUE(node_->health("healthz").good);
}

} // namespace
} // namespace nebula::host
