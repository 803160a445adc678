#include "host/isolation/message.h"
#include "host/isolation/patience.h"
#include "host/isolation/restart_budget.h"

#include <gtest/gtest.h>

namespace nebula::host {
namespace {

Answer answer_with_services() {
   Answer answer;
   DescribedAlgorithm algorithm;
   algorithm.service = algorithm.name = "toy";
   algorithm.digest_bytes = 32;
   algorithm.nonce_bytes = 4;
   algorithm.aliases = {"t/0"};
   algorithm.vectors = {{"key", 7, "input", std::string(32, 'd')}};
   answer.described.algorithms.push_back(algorithm);
   DescribedBackend backend;
   backend.name = "toy/cpu";
   backend.algorithm = "toy";
   backend.lanes = 1;
   answer.described.backends.push_back(backend);
   answer.described.families.push_back({"toys", "", "toys", "rounds=1..9"});
   return answer;
}

TEST(Message, WhatIsDescribedComesOutAsItWentIn) {
   const Answer answer = answer_with_services();
   const auto parsed = parse_answer(to_payload(answer));
   ASSERT_TRUE(parsed);
   EXPECT_EQ(parsed->described.algorithms, answer.described.algorithms);
   ASSERT_EQ(parsed->described.backends.size(), 1u);
   EXPECT_EQ(parsed->described.backends[0].name, "toy/cpu");
   EXPECT_EQ(parsed->described.families, answer.described.families);
}

TEST(Message, EveryTruncationIsRefused) {
   const std::string whole = to_payload(answer_with_services());
   for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_FALSE(parse_answer(std::string_view(whole).substr(0, size))) << size;
   EXPECT_FALSE(parse_answer(whole + 'x'));
}

TEST(Message, AnAlgorithmThatBreaksTheContractIsRefused) {
   const auto refused = [](auto change) {
      Answer answer = answer_with_services();
      change(answer.described.algorithms[0]);
      return !parse_answer(to_payload(answer));
   };
   EXPECT_TRUE(refused([](DescribedAlgorithm &one) { one.digest_bytes = 65; }));
   EXPECT_TRUE(refused([](DescribedAlgorithm &one) { one.vectors[0].digest.pop_back(); }));
   EXPECT_TRUE(refused([](DescribedAlgorithm &one) { one.nonce_bytes = 5; }));
   EXPECT_TRUE(refused([](DescribedAlgorithm &one) { one.name = "two\nlines"; }));
   EXPECT_TRUE(refused([](DescribedAlgorithm &one) { one.name.push_back('\0'); }));
   EXPECT_FALSE(refused([](DescribedAlgorithm &) {}));
}

TEST(Message, AStreamIsCutIntoItsMessages) {
   std::string stream = frame({MessageKind::log, 1, "one"}) + frame({MessageKind::log, 2, "two"});
   const std::string tail = stream.substr(stream.size() - 2);
   stream.resize(stream.size() - 2);
   bool broken = false;
   EXPECT_EQ(unframe(stream, broken)->payload, "one");
   EXPECT_FALSE(unframe(stream, broken));
   EXPECT_FALSE(broken);
   stream += tail;
   EXPECT_EQ(unframe(stream, broken)->payload, "two");
   EXPECT_TRUE(stream.empty());
}

TEST(Message, AFrameOverTheLimitBreaksTheStream) {
   std::string stream(k_frame_head, '\xFF');
   bool broken = false;
   EXPECT_FALSE(unframe(stream, broken));
   EXPECT_TRUE(broken);
}

TEST(Message, AConfigurationKeepsItsPlaces) {
   config::Origin origin;
   origin.layer = config::Layer::file;
   origin.line = 41;
   origin.column = 9;
   origin.source = std::make_shared<const std::string>("node.yaml");
   host::Setup setup;
   setup.instance = "gpu";
   setup.config = config::Value::map({{"opencl", origin, config::Value::string("all", origin)},
                                      {"list", origin, config::Value::list({config::Value::real(1.5)})}});
   const auto parsed = parse_setup(to_payload(setup));
   ASSERT_TRUE(parsed);
   EXPECT_TRUE(config::same_content(parsed->config, setup.config));
   EXPECT_EQ(parsed->config.find("opencl")->where(), "node.yaml:41:9");
}

TEST(RestartBudget, PausesDoubleUntilItIsSpentAndComesBackWithTime) {
   RestartBudget budget;
   std::uint64_t pause = RestartBudget::k_pause_ns;
   for (std::size_t i = 0; i < RestartBudget::k_restarts_max; ++i, pause *= 2)
      EXPECT_EQ(budget.died(1000), pause);
   EXPECT_EQ(budget.died(1000), std::nullopt);
   EXPECT_EQ(budget.died(2000 + RestartBudget::k_window_ns), RestartBudget::k_pause_ns);
}

TEST(Patience, GrowsWithWhatWasSeenAndOnlyThen) {
   Patience patience;
   EXPECT_EQ(patience.silence_ns(false), k_silence_ns);
   EXPECT_EQ(patience.silence_ns(true), k_first_silence_ns);
   patience.learn(true, 1'000'000);
   EXPECT_EQ(patience.silence_ns(true), k_silence_ns);
   patience.learn(true, 3'000'000'000);
   EXPECT_EQ(patience.silence_ns(true), 24'000'000'000u);
   EXPECT_EQ(patience.silence_ns(false), k_silence_ns);
   EXPECT_EQ(patience.open_ns(), k_open_ns);
   patience.learn_open(1'000'000);
   EXPECT_EQ(patience.open_ns(), k_open_least_ns);
   patience.learn_open(1'000'000'000);
   EXPECT_EQ(patience.open_ns(), 8'000'000'000u);
   patience.learn(false, 60'000'000'000);
   EXPECT_EQ(patience.silence_ns(false), k_silence_max_ns);
}

} // namespace
} // namespace nebula::host
