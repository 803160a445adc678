#include "miner/miner_node.h"

#include <gtest/gtest.h>

#include <thread>

namespace nebula::miner::test {

namespace {

/// Every solution of a template with one byte of extranonce and a short range, as the source judges it.
std::set<ScriptedSource::Key> all_solutions(const ScriptedTemplate &work) {
   std::set<ScriptedSource::Key> all;
   for (int byte = 0; byte < 256; ++byte)
      for (std::uint64_t nonce = work.nonce_first; nonce <= work.nonce_last; ++nonce)
         if (const std::string extranonce(1, static_cast<char>(byte)); ScriptedSource::solves(work, extranonce, nonce))
            all.emplace(work.id, extranonce, nonce);
   return all;
}

} // namespace

TEST(MinerShell, HandsInSolutionsThatAreRightAndNeverTheSameTwice) {
   MinerNode node;
   node.source.announce({.id = 1, .target_bits = 14});
   ASSERT_EQ(node.start(), "");
   EXPECT_TRUE(node.eventually([&] { return node.source.handed_in().size() > 200; }));
   EXPECT_EQ(node.source.wrong(), "");
   EXPECT_EQ(node.source.worker(), "miner") << "the instance's name unless another is configured";
}

TEST(MinerShell, SearchesEveryNonceOfEveryExtranonceExactlyOnceAndThenSaysSo) {
   MinerNode node(R"({"work": "chain", "devices": [{"select": "device=cpu", "threads": 3}]})");
   const ScriptedTemplate work{.id = 9, .target_bits = 4, .extranonce_size = 1, .nonce_first = 7, .nonce_last = 506};
   node.source.announce(work);
   ASSERT_EQ(node.start(), "");
   const auto expected = all_solutions(work);
   ASSERT_GT(expected.size(), 6000u);
   EXPECT_TRUE(node.eventually([&] { return node.source.handed_in().size() >= expected.size(); }));
   EXPECT_EQ(node.source.handed_in(), expected);
   EXPECT_EQ(node.source.wrong(), "");
   EXPECT_TRUE(node.eventually([&] { return node.health().find("every nonce") != std::string::npos; }))
      << node.health();
}

TEST(MinerShell, MovesToANewTemplateAndDropsTheOldOneWhenItIsClean) {
   MinerNode node;
   node.source.announce({.id = 1, .target_bits = 14});
   ASSERT_EQ(node.start(), "");
   ASSERT_TRUE(node.eventually([&] { return node.source.handed_in_for(1) > 5; }));
   for (std::uint64_t id = 2; id <= 20; ++id) {
      node.source.announce({.id = id, .clean = id % 2 == 0, .target_bits = 14});
      ASSERT_TRUE(node.eventually([&] { return node.source.handed_in_for(id) > 3; })) << id;
   }
   node.source.announce({.id = 21, .clean = true, .target_bits = 14});
   ASSERT_TRUE(node.eventually([&] { return node.source.handed_in_for(21) > 0; }));
   EXPECT_EQ(node.source.wrong(), "");
}

TEST(MinerShell, TakesAnotherTargetOfTheSameTemplateAndKeepsItsPlace) {
   MinerNode node;
   node.source.announce({.id = 1, .target_bits = 200});
   ASSERT_EQ(node.start(), "");
   ASSERT_TRUE(node.eventually([&] { return node.health().find("mining") != std::string::npos; })) << node.health();
   EXPECT_TRUE(node.source.handed_in().empty());
   node.source.announce({.id = 1, .target_bits = 14});
   EXPECT_TRUE(node.eventually([&] { return node.source.handed_in_for(1) > 100; }));
   EXPECT_EQ(node.source.wrong(), "");
}

TEST(MinerShell, KeepsItsPlaceWhenTheSameTemplateIsAnnouncedAgain) {
   MinerNode node;
   const ScriptedTemplate work{.id = 4, .target_bits = 10};
   node.source.announce(work);
   ASSERT_EQ(node.start(), "");
   for (int i = 0; i < 50; ++i) {
      const std::size_t before = node.source.handed_in().size();
      node.source.announce(work);
      ASSERT_TRUE(node.eventually([&] { return node.source.handed_in().size() > before; }));
   }
   EXPECT_EQ(node.source.wrong(), "");
}

TEST(MinerShell, HandsInOneSolutionOfATemplateWhereEachIsABlock) {
   MinerNode node;
   for (std::uint64_t id = 1; id <= 5; ++id) {
      node.source.announce({.id = id, .clean = true, .target_bits = 8, .solo = true});
      if (id == 1) {
         ASSERT_EQ(node.start(), "");
      }
      ASSERT_TRUE(node.eventually([&] { return node.source.handed_in_for(id) == 1; })) << id;
   }
   std::this_thread::sleep_for(std::chrono::milliseconds(100)); // time for thousands more
   for (std::uint64_t id = 1; id <= 5; ++id)
      EXPECT_EQ(node.source.handed_in_for(id), 1u) << id;
   EXPECT_EQ(node.source.wrong(), "");
}

TEST(MinerShell, FollowsAChangeOfEpoch) {
   MinerNode node;
   node.source.announce({.id = 1, .target_bits = 12});
   ASSERT_EQ(node.start(), "");
   ASSERT_TRUE(node.eventually([&] { return node.source.handed_in_for(1) > 3; }));
   node.source.announce({.id = 2, .clean = true, .target_bits = 12, .epoch = {9, 9, 9, 9}});
   EXPECT_TRUE(node.eventually([&] { return node.source.handed_in_for(2) > 3; }));
   EXPECT_EQ(node.source.wrong(), "");
}

TEST(MinerShell, KeepsSolutionsThatAFullSourceRefusesAndHandsThemInLater) {
   MinerNode node;
   const ScriptedTemplate work{.id = 3, .target_bits = 8, .extranonce_size = 1, .nonce_last = 40};
   const auto expected = all_solutions(work);
   ASSERT_GT(expected.size(), 10u);
   node.source.be_full(static_cast<int>(expected.size()) + 5);
   node.source.announce(work);
   ASSERT_EQ(node.start(), "");
   EXPECT_TRUE(node.eventually([&] { return node.source.handed_in().size() == expected.size(); }));
   EXPECT_EQ(node.source.handed_in(), expected);
   EXPECT_NE(node.ask("results").find("\"lost\":0"), std::string::npos);
}

TEST(MinerShell, PausesAndResumesOnRequest) {
   MinerNode node(R"({"work": "chain", "paused": true})");
   node.source.announce({.id = 1, .target_bits = 12});
   ASSERT_EQ(node.start(), "");
   EXPECT_NE(node.ask("pause").find("paused already"), std::string::npos);
   EXPECT_NE(node.status().find("\"summary\":\"paused"), std::string::npos);
   EXPECT_EQ(node.source.handed_in().size(), 0u);
   EXPECT_NE(node.ask("resume").find("goes on"), std::string::npos);
   EXPECT_TRUE(node.eventually([&] { return node.source.handed_in().size() > 5; }));
   EXPECT_NE(node.ask("pause").find("\"paused\":true"), std::string::npos);
   EXPECT_EQ(node.drain(10'000'000'000), NEB_OK);
   const std::size_t stood = node.source.handed_in().size();
   std::this_thread::sleep_for(std::chrono::milliseconds(50));
   EXPECT_LE(node.source.handed_in().size(), stood + 64) << "one batch may have been under way";
}

TEST(MinerShell, AnswersTheHotKeys) {
   MinerNode node;
   node.source.announce({.id = 77, .target_bits = 12});
   ASSERT_EQ(node.start(), "");
   ASSERT_TRUE(node.eventually([&] { return node.source.handed_in().size() > 5; }));
   EXPECT_NE(node.ask("hashrate").find("H/s"), std::string::npos);
   EXPECT_NE(node.ask("results").find("accepted"), std::string::npos);
   EXPECT_NE(node.ask("connections").find("chain: toy at height 77"), std::string::npos);
   EXPECT_NE(node.ask("workers").find("device 0"), std::string::npos);
   EXPECT_NE(node.ask("dance").find("the miner answers"), std::string::npos);
   EXPECT_NE(node.status().find("\"height\":77"), std::string::npos);
}

TEST(MinerShell, WaitsForASourceThatLeavesAndGoesOnWhenItIsBack) {
   MinerNode node;
   node.source.announce({.id = 1, .target_bits = 12});
   ASSERT_EQ(node.start(), "");
   ASSERT_TRUE(node.eventually([&] { return node.source.handed_in_for(1) > 3; }));
   ASSERT_TRUE(node.withdraw_source());
   EXPECT_TRUE(node.eventually([&] {
      return node.health().find("waiting for the work source 'chain'") != std::string::npos;
   })) << node.health();
   node.source.announce({.id = 2, .target_bits = 12}); // the returned source counts on from its own ids
   node.provide_source();
   EXPECT_TRUE(node.eventually([&] { return node.source.handed_in_for(2) > 3; }));
   EXPECT_EQ(node.source.wrong(), "");
}

TEST(MinerShell, StartsWithoutItsSourceAndFollowsItLater) {
   MinerNode node(R"({"work": "chain"})", false);
   ASSERT_EQ(node.start(), "");
   node.source.announce({.id = 1, .target_bits = 12});
   node.provide_source();
   EXPECT_TRUE(node.eventually([&] { return node.source.handed_in_for(1) > 3; }));
}

TEST(MinerShell, MinesOnWhileBackendsOfBothKindsTakeTurns) {
   MinerNode node;
   const host::toy::ToyBackend pool("toy/pool", "device=cpu,kind=simd"), device("toy/device", "device=gpu", {}, 2);
   node.add(pool);
   node.add(device);
   node.source.announce({.id = 1, .target_bits = 14});
   ASSERT_EQ(node.start(), "");
   for (int turn = 0; turn < 10; ++turn) {
      const host::toy::ToyBackend &next = turn % 2 ? pool : device;
      ASSERT_TRUE(node.pow().use("toy", turn % 2 ? "kind=simd" : "device=gpu"));
      const std::uint64_t hashes = next.hashes();
      const std::size_t solved = node.source.handed_in().size();
      ASSERT_TRUE(node.eventually([&] {
         return next.hashes() > hashes + 100'000 && node.source.handed_in().size() > solved;
      })) << node.health();
   }
   EXPECT_EQ(node.source.wrong(), "");
   ASSERT_EQ(node.stop(), NEB_OK);
   EXPECT_EQ(node.source.watched(), false);
}

TEST(MinerShell, StopsWhileResultsAreStillOwedToIt) {
   MinerNode node;
   node.source.hold_results(true);
   node.source.announce({.id = 1, .target_bits = 12});
   ASSERT_EQ(node.start(), "");
   ASSERT_TRUE(node.eventually([&] { return node.source.handed_in().size() > 5; }));
   EXPECT_EQ(node.drain(20'000'000), NEB_E_TIMEOUT);
   EXPECT_EQ(node.stop(), NEB_OK);
   node.source.release(); // the answers come to nobody
}

TEST(MinerShell, NamesWhatIsWrongWithItsConfiguration) {
   EXPECT_NE(MinerNode(R"({})").start().find("work"), std::string::npos);
   EXPECT_NE(MinerNode(R"({"work": "chain", "threads": 0})").start().find("1 to 1024"), std::string::npos);
   EXPECT_NE(MinerNode(R"({"work": "chain", "batch": "1h"})").start().find("5ms to 1s"), std::string::npos);
   EXPECT_NE(MinerNode(R"({"work": "chain", "devices": [{"select": "device=cpu"}, {"select": "device=cpu"}]})")
                .start()
                .find("twice"),
             std::string::npos);
}

} // namespace nebula::miner::test
