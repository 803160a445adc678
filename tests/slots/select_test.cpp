#include "host/slots/select.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace nebula::host {
namespace {

Selection parsed(std::string_view text) {
   auto selection = Selection::parse(text);
   EXPECT_TRUE(selection) << selection.error().message;
   return selection ? *selection : Selection();
}

Properties properties(std::string_view text) {
   return parse_properties(text).value();
}

TEST(PropertyText, IsReadSortedAndWrittenTheSame) {
   EXPECT_EQ(to_text(properties(" simd = avx2 ,device=cpu")), "device=cpu,simd=avx2");
   EXPECT_TRUE(properties("").empty());
   EXPECT_TRUE(properties("  ").empty());
}

TEST(PropertyText, FaultsAreNamed) {
   for (const char *bad :
        {"device", "=cpu", "device=", "device=cpu,", ",", "Device=cpu", "a=1,a=2", "a=b=c", "a=?b", "a=\n"})
      EXPECT_FALSE(parse_properties(bad)) << bad;
   std::string many;
   for (std::size_t i = 0; i <= k_max_properties; ++i)
      many += (i ? ",p" : "p") + std::to_string(i) + "=1";
   EXPECT_FALSE(parse_properties(many));
   EXPECT_FALSE(parse_properties("a=" + std::string(k_max_property_value_bytes + 1, 'x')));
}

TEST(SelectionText, HasOneSpelling) {
   EXPECT_EQ(parsed(" ?simd = avx512 , device=cpu,vendor!=amd").text(), "?simd=avx512,device=cpu,vendor!=amd");
   EXPECT_EQ(parsed("b=1,a=1").text(), parsed("a=1, b=1,a=1").text());
   EXPECT_EQ(parsed("").text(), "");
}

TEST(SelectionText, QuotesAValueThatNeedsIt) {
   const auto selection = parsed(R"(device=cpu, algorithm = "yescrypt:version=0.5,N=4096,r=16,pers=Client Key")");
   EXPECT_EQ(selection.required("algorithm"), "yescrypt:version=0.5,N=4096,r=16,pers=Client Key");
   EXPECT_EQ(selection.text(), R"(algorithm="yescrypt:version=0.5,N=4096,r=16,pers=Client Key",device=cpu)");
   EXPECT_EQ(parsed(selection.text()).text(), selection.text());
   EXPECT_EQ(parsed("simd=\"avx2\"").text(), "simd=avx2") << "one spelling";
   const auto escaped = parsed(R"(name="a\"b\\c,d")");
   EXPECT_EQ(escaped.required("name"), R"(a"b\c,d)");
   EXPECT_EQ(parsed(escaped.text()).required("name"), R"(a"b\c,d)");
   EXPECT_EQ(properties(R"(name="x=1,y=2",device=cpu)").at("name"), "x=1,y=2");
   EXPECT_EQ(to_text(properties(R"(name="x=1,y=2",device=cpu)")), R"(device=cpu,name="x=1,y=2")");
   for (const char *bad : {"a=\"", "a=\"b", "a=\"b\"c", "a=\"b\\\"", "a=\"\"", "a=\"b\", \"c\""})
      EXPECT_FALSE(Selection::parse(bad)) << bad;
}

TEST(SelectionText, FaultsAreNamedWithTheClause) {
   for (const char *bad : {"gpu", "device=", "=gpu", "!=gpu", "?", "device==gpu", "a=1,,b=2", "device=gpu,"}) {
      auto selection = Selection::parse(bad);
      ASSERT_FALSE(selection) << bad;
      EXPECT_NE(selection.error().message.find("write clauses such as device=cpu"), std::string::npos);
   }
   std::string many = "a=1";
   for (std::size_t i = 1; i <= k_max_clauses; ++i)
      many += ",a=1";
   EXPECT_FALSE(Selection::parse(many));
   EXPECT_FALSE(Selection::parse(std::string(k_max_select_bytes + 1, ' ')));
}

TEST(SelectionMeaning, MandatoryClausesAdmitAndOptionalOnesPrefer) {
   const auto cpu = properties("device=cpu,simd=avx2");
   EXPECT_EQ(parsed("device=cpu").rejected_by(cpu), nullptr);
   ASSERT_NE(parsed("device=gpu").rejected_by(cpu), nullptr);
   EXPECT_EQ(parsed("device=gpu").rejected_by(cpu)->text(), "device=gpu");
   EXPECT_EQ(parsed("vendor!=amd").rejected_by(cpu), nullptr);
   EXPECT_NE(parsed("simd!=avx2").rejected_by(cpu), nullptr);
   EXPECT_EQ(parsed("?device=gpu").rejected_by(cpu), nullptr);
   EXPECT_EQ(parsed("?device=gpu,?simd=avx2,?vendor!=amd").preference(cpu), 2u);
   EXPECT_EQ(parsed("device=cpu,?x=1").required("device"), "cpu");
   EXPECT_FALSE(parsed("?device=cpu").required("device"));
}

TEST(Ranking, FollowsPreferencesThenFileThenRateThenName) {
   const auto cpu = properties("device=cpu,simd=avx2");
   const auto wide = properties("device=cpu,simd=avx512");
   const auto gpu = properties("device=gpu");
   const std::vector<Candidate> candidates = {
      {&gpu, 0, 900, "gpu"}, {&cpu, 2, 10, "late"},  {&cpu, 1, 10, "slow"},
      {&cpu, 1, 20, "fast"}, {&cpu, 1, 20, "again"}, {&wide, 3, 1, "wide"},
   };
   const auto verdicts = rank(parsed("device=cpu,?simd=avx512"), candidates);
   std::string order;
   for (const auto &verdict : verdicts)
      order += std::string(candidates[verdict.index].name) +
               (verdict.rejected_by.empty() ? " " : "(" + verdict.rejected_by + ")");
   EXPECT_EQ(order, "wide again fast slow late gpu(device=cpu)");
}

TEST(Ranking, DoesNotDependOnTheOrderOfTheCandidates) {
   constexpr unsigned seed = 3;
   std::mt19937 random(seed);
   const std::vector<Properties> kinds = {properties("a=1"), properties("a=2"), properties("a=1,b=1")};
   for (int round = 0; round < 200; ++round) {
      std::vector<std::string> names;
      for (int i = 0; i < 8; ++i)
         names.push_back("n" + std::to_string(i));
      std::vector<Candidate> candidates;
      for (const auto &name : names)
         candidates.push_back({&kinds[random() % kinds.size()], random() % 3, random() % 3, name});
      const auto text = [&](const std::vector<Candidate> &list) {
         std::string order;
         for (const auto &verdict : rank(parsed("a=1,?b=1"), list))
            if (verdict.rejected_by.empty())
               order += std::string(list[verdict.index].name) + " ";
         return order;
      };
      const auto before = text(candidates);
      std::shuffle(candidates.begin(), candidates.end(), random);
      ASSERT_EQ(text(candidates), before) << "seed " << seed;
   }
}

} // namespace
} // namespace nebula::host
