#include "node_fixture.h"

#include "host/plugin/crash.h"
#include "host/plugin/limits.h"

#include <boost/json/serialize.hpp>

#include <sys/resource.h>

namespace nebula::host {
namespace {

using test::NodeTest;

constexpr const char *k_user_then_maker = R"(
   - {id: user, config: {journal: JOURNAL, source: maker}}
   - {id: maker, config: {journal: JOURNAL, value: 7}}
)";

TEST_F(NodeTest, StartsProvidersFirstAndStopsThemLast) {
   auto started = run(k_user_then_maker);
   ASSERT_TRUE(started) << started.error().message;
   EXPECT_EQ(journal(), "maker init, user init, maker start, user start");
   EXPECT_TRUE(node_->stop());
   EXPECT_EQ(journal(), "user drain, maker drain, user stop, user destroy, maker stop, maker destroy");
}

TEST_F(NodeTest, AnInstanceCallsTheServiceOfAnother) {
   ASSERT_TRUE(run(k_user_then_maker));
   EXPECT_EQ(ask("user", "inside"), "7");
   EXPECT_EQ(ask("maker", "value"), "7");
}

TEST_F(NodeTest, TwoInstancesOfOnePluginAreApart) {
   ASSERT_TRUE(run(R"(
   - {id: maker, as: first, config: {value: 1}}
   - {id: maker, as: second, config: {value: 2}}
   - {id: user, config: {source: second}}
)"));
   EXPECT_EQ(ask("user", "inside"), "2");
   EXPECT_EQ(ask("first", "value"), "1");
}

TEST_F(NodeTest, RequestsToUnknownInstancesAndMethodsSayWhatIsWrong) {
   ASSERT_TRUE(run("   - id: plain\n"));
   EXPECT_EQ(ask("nobody", "value"), "there is no plugin instance \"nobody\"; nebula ctl status lists them");
   EXPECT_EQ(ask("plain", "dance"), "\"plain\" has no request \"dance\"");
}

TEST_F(NodeTest, TheStatusShowsEveryInstance) {
   ASSERT_TRUE(run(k_user_then_maker));
   const auto text = boost::json::serialize(node_->status());
   for (const char *part :
        {R"("name":"test")", R"("state":"running")", R"("instance":"maker")", R"("summary":"value 7")",
         R"("services":[{"id":"test.thing/1","name":"maker"}])", R"("ready":true)"})
      EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
   ASSERT_EQ(node_->listeners().size(), 2u);
   EXPECT_EQ(node_->listeners()[0].address, "127.0.0.1:1");
}

TEST_F(NodeTest, ARequiredPluginThatFailsStopsTheNode) {
   auto started = run(R"(
   - {id: maker, config: {journal: JOURNAL}}
   - {id: plain, config: {journal: JOURNAL, fail: start}}
)");
   ASSERT_FALSE(started);
   EXPECT_EQ(started.error().message, "plugin plain failed in start: it was told to fail in start");
   EXPECT_EQ(journal(), "maker init, plain init, maker start, plain start, maker drain, plain destroy, maker stop, "
                        "maker destroy");
}

TEST_F(NodeTest, AnOptionalPluginThatFailsLeavesTheNodeDegradedAndVisible) {
   ASSERT_TRUE(run(R"(
   - {id: maker}
   - {id: plain, required: false, config: {fail: init}}
   - {id: nowhere, required: false}
)"));
   const auto text = boost::json::serialize(node_->status());
   EXPECT_NE(text.find(R"("problem":"it was told to fail in init")"), std::string::npos) << text;
   EXPECT_NE(text.find("there is no plugin \\\"nowhere\\\""), std::string::npos) << text;
   EXPECT_TRUE(node_->health("readyz").good);
   EXPECT_NE(node_->health("healthz").json.find("told to fail"), std::string::npos);
}

TEST_F(NodeTest, AnExceptionOutOfAPluginIsAFailureWithItsName) {
   auto started = run("   - id: throws\n");
   ASSERT_FALSE(started);
   EXPECT_NE(started.error().message.find("plugin throws failed in init: it threw an exception (out of ideas)"),
             std::string::npos)
      << started.error().message;
}

TEST_F(NodeTest, AllMistakesAreReportedTogetherAndNothingIsLoaded) {
   auto started = run(R"(
   - {id: makr}
   - {id: user, config: {source: nobody}}
   - {id: plain, config: {value: 5000, journal: JOURNAL}}
)");
   ASSERT_FALSE(started);
   const auto &text = started.error().message;
   EXPECT_NE(text.find("node.yaml:"), std::string::npos) << text;
   EXPECT_NE(text.find("did you mean \"maker\"?"), std::string::npos) << text;
   EXPECT_NE(text.find("there is no plugin instance \"nobody\""), std::string::npos) << text;
   EXPECT_NE(text.find("5000"), std::string::npos) << text;
   EXPECT_EQ(journal(), "");
   EXPECT_EQ(started.error().exit_code(), 78);
}

TEST_F(NodeTest, ACycleIsReportedWithWhoNeedsWhom) {
   auto started = run("   - id: loop-a\n   - id: loop-b\n");
   ASSERT_FALSE(started);
   EXPECT_NE(
      started.error().message.find("\"loop-a\" needs \"loop-b\" (test.b/1), \"loop-b\" needs \"loop-a\" (test.a/1)"),
      std::string::npos)
      << started.error().message;
}

TEST_F(NodeTest, APluginThatDoesNotStopIsStuckAndNeverDestroyed) {
   ASSERT_TRUE(run("   - {id: plain, config: {journal: JOURNAL, fail: stop}}\n"));
   EXPECT_FALSE(node_->stop());
   EXPECT_EQ(journal(), "plain init, plain start, plain drain, plain stop");
   const auto text = boost::json::serialize(node_->status());
   EXPECT_NE(text.find(R"("stuck":true)"), std::string::npos) << text;
}

TEST_F(NodeTest, ATruncatedTableGetsStubsSoReconfigurationBecomesARestart) {
   ASSERT_TRUE(run("   - {id: truncated, config: {journal: JOURNAL, value: 1}}\n"));
   (void)journal();
   auto report = reload("   - {id: truncated, config: {journal: JOURNAL, value: 2}}\n");
   ASSERT_TRUE(report) << report.error().message;
   EXPECT_EQ(test::text_of(report->restarted), "truncated");
   EXPECT_EQ(journal(), "truncated drain, truncated stop, truncated destroy, truncated init, truncated start");
}

TEST_F(NodeTest, APluginIsTakenFromItsPathAndHeldToItsHash) {
   std::filesystem::create_directory(folder_ + "/mine");
   std::filesystem::copy_file(std::string(NEBULA_FIXTURES) + "/libfixture-plain.so", folder_ + "/mine/own.so");
   auto wrong = run("   - {id: plain, path: mine/own.so, sha256: \"" + std::string(64, 'a') + "\"}\n");
   ASSERT_FALSE(wrong);
   const auto &text = wrong.error().message;
   const auto at = text.find("its sha256 is ");
   ASSERT_NE(at, std::string::npos) << text;
   auto right = run("   - {id: plain, path: mine/own.so, sha256: \"" + text.substr(at + 14, 64) + "\"}\n");
   ASSERT_TRUE(right) << right.error().message;
   EXPECT_EQ(ask("plain", "value"), "1");
}

TEST_F(NodeTest, AFileWithAnotherPluginIsAnsweredWithWhatItHolds) {
   auto started = run("   - {id: chain, path: " + std::string(NEBULA_FIXTURES) + "/libfixture-plain.so}\n");
   ASSERT_FALSE(started);
   EXPECT_NE(started.error().message.find("holds no plugin \"chain\"; it holds \"plain\""), std::string::npos)
      << started.error().message;
}

TEST_F(NodeTest, ACommandRunsInAnInstanceThatIsOnlyCreated) {
   ASSERT_TRUE(make("   - {id: plain, config: {journal: JOURNAL}}\n   - {id: maker, config: {journal: JOURNAL}}\n"));
   auto instance = node_->create_only("plain");
   ASSERT_TRUE(instance) << instance.error().message;
   EXPECT_EQ((*instance)->state(), PluginState::created);
   EXPECT_NE((*instance)->command_table(), nullptr);
   instance->reset();
   EXPECT_TRUE(node_->stop());
   EXPECT_EQ(journal(), "");
   EXPECT_FALSE(node_->create_only("nobody"));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) // they have handlers of their own
using NodeDeathTest = NodeTest;

TEST_F(NodeDeathTest, APluginThatCrashesInInitIsNamed) {
   ASSERT_TRUE(make("   - {id: plain, config: {fail: crash}}\n"));
   const auto start = [&] {
      const rlimit none{};
      setrlimit(RLIMIT_CORE, &none);
      install_crash_handler();
      (void)node_->start();
   };
   EXPECT_EXIT(start(), ::testing::ExitedWithCode(k_crash_exit), "nebula: plugin plain crashed in init \\(signal 11");
}
#endif

TEST_F(NodeTest, MoreInstancesThanTheLimitAreAMistake) {
   std::string many;
   for (std::size_t i = 0; i <= k_max_instances; ++i)
      many += "   - {id: plain, as: p" + std::to_string(i) + "}\n";
   auto started = run(many);
   ASSERT_FALSE(started);
   EXPECT_NE(started.error().message.find("at most 256"), std::string::npos) << started.error().message;
}

TEST(MainLoopLimits, AFullQueueTakesNoMoreUntilItRan) {
   MainLoop loop;
   std::size_t ran = 0;
   for (std::size_t i = 0; i < MainLoop::k_waiting_max; ++i)
      ASSERT_TRUE(loop.post([&] { ++ran; }));
   EXPECT_FALSE(loop.post([] {}));
   EXPECT_EQ(loop.run_waiting(), MainLoop::k_waiting_max);
   EXPECT_EQ(ran, MainLoop::k_waiting_max);
   EXPECT_TRUE(loop.post([] {}));
}

TEST(MainLoopLimits, ACallerWhoseFunctionIsDroppedIsTold) {
   MainLoop loop;
   loop.quit(); // before or after the call is posted: both are told
   std::thread caller([&] { EXPECT_EQ(loop.call([] { return 1; }), std::nullopt); });
   loop.run();
   caller.join();
}

TEST_F(NodeTest, OnlyTheMainLoopRunsWhatOthersPost) {
   ASSERT_TRUE(make("   - id: plain\n"));
   std::thread other([&] {
      EXPECT_EQ(node_->loop().call([&] { return node_->loop().on_main_thread(); }), true);
      node_->loop().quit();
   });
   node_->loop().run();
   other.join();
   EXPECT_FALSE(node_->loop().post([] {}));
}

} // namespace
} // namespace nebula::host
