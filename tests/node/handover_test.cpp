#include "node_fixture.h"

/// What one node gives, another takes over: in which order the instances hear of it, and what they do not hear.

namespace nebula::host {
namespace {

class HandoverTest : public test::NodeTest {
protected:
   /// Starts with what an instance `heir` gave.
   [[nodiscard]] Result<void> run_heir(const std::string &plugins) {
      if (auto made = make(plugins); !made)
         return made.error();
      std::vector<HandedOver> estate;
      estate.push_back({"heir", "heir", "its state", {}});
      return node_->start(estate);
   }
};

constexpr const char *k_heir = R"(
   - {id: heir, config: {journal: JOURNAL}}
)";

TEST_F(HandoverTest, AnInstanceTakesBeforeItStartsAndServesWhenItIsResumed) {
   auto started = run_heir(k_heir);
   ASSERT_TRUE(started) << started.error().message;
   EXPECT_EQ(journal(), "heir init, heir take, heir start");
   node_->resume();
   EXPECT_EQ(journal(), "heir resume");
   EXPECT_TRUE(node_->stop());
   EXPECT_EQ(journal(), "heir drain, heir stop, heir destroy");
}

TEST_F(HandoverTest, AnInstanceThatWasNeverResumedStopsWithoutSendingAnybodyAway) {
   ASSERT_TRUE(run_heir(k_heir));
   EXPECT_TRUE(node_->stop());
   EXPECT_EQ(journal(), "heir init, heir take, heir start, heir stop, heir destroy");
}

TEST_F(HandoverTest, SoItDoesWhenAnotherInstanceFailsToStart) {
   ASSERT_FALSE(run_heir(R"(
   - {id: heir, config: {journal: JOURNAL}}
   - {id: plain, config: {journal: JOURNAL}}
   - {id: plain, as: broken, config: {journal: JOURNAL, fail: start}}
)"));
   EXPECT_EQ(journal(), "heir init, plain init, broken init, heir take, heir start, plain start, broken start, "
                        "plain drain, broken destroy, plain stop, plain destroy, heir stop, heir destroy");
}

TEST_F(HandoverTest, WhatStartedLastGivesFirst) {
   ASSERT_TRUE(run(R"(
   - {id: heir, as: first, config: {journal: JOURNAL}}
   - {id: heir, as: second, config: {journal: JOURNAL}}
)"));
   (void)journal();
   std::vector<HandedOver> estate;
   ASSERT_TRUE(node_->give(0, estate));
   EXPECT_EQ(journal(), "second give, first give");
   ASSERT_EQ(estate.size(), 2u);
   EXPECT_EQ(estate[0].instance, "second");
   EXPECT_EQ(estate[0].plugin, "heir");
}

} // namespace
} // namespace nebula::host
