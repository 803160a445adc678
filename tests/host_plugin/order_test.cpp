#include "host/plugin/order.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace nebula::host {
namespace {

/// Instances for ordering, from words: provides "a", requires "b".
class Order : public ::testing::Test {
protected:
   struct Wish {
      std::string id;
      bool optional = false;
   };

   std::size_t add(const std::string &name, const std::vector<std::string> &provides, const std::vector<Wish> &wishes) {
      auto manifest = std::make_unique<Manifest>();
      manifest->id = name;
      for (const auto &id : provides)
         manifest->provides.push_back({id, "", {}});
      for (const auto &wish : wishes)
         manifest->requirements.push_back({wish.id, wish.optional, wish.id == "named/1" ? "from" : ""});
      config::Origin origin;
      origin.line = static_cast<std::uint32_t>(instances_.size() + 1);
      origin.column = 4;
      origin.source = std::make_shared<const std::string>("node.yaml");
      instances_.push_back(
         {name, "plugins[" + std::to_string(instances_.size()) + "]", manifest.get(), config::Value::map({}), origin});
      manifests_.push_back(std::move(manifest));
      return instances_.size() - 1;
   }

   void from(std::size_t index, config::Value value) {
      instances_[index].config = config::Value::map({{"from", {}, std::move(value)}});
   }

   std::string order() {
      mistakes_ = {};
      const auto result = start_order(instances_, {}, mistakes_);
      std::string text;
      for (const auto index : result.order)
         text += (text.empty() ? "" : " ") + instances_[index].name;
      return text;
   }
   [[nodiscard]] std::string mistakes() const { return mistakes_.empty() ? "" : mistakes_.to_error().message; }
   [[nodiscard]] bool says(std::string_view part) const { return mistakes().find(part) != std::string::npos; }

   std::vector<std::unique_ptr<Manifest>> manifests_;
   std::vector<OrderedInstance> instances_;
   config::Mistakes mistakes_;
};

TEST_F(Order, ProvidersComeFirstAndElseTheFileDecides) {
   add("c", {}, {{"b/1"}});
   add("b", {"b/1"}, {{"a/1"}});
   add("x", {}, {});
   add("a", {"a/1"}, {});
   EXPECT_EQ(order(), "x a b c");
   EXPECT_EQ(mistakes(), "");
}

TEST_F(Order, AMissingProviderIsReportedAtItsLine) {
   add("a", {}, {});
   add("miner", {}, {{"nebula.work.source/1"}});
   (void)order();
   EXPECT_TRUE(says("node.yaml:2:4: plugins[1]: \"miner\" needs a service nebula.work.source/1")) << mistakes();
}

TEST_F(Order, AnOptionalProviderMayBeMissingAndComesFirstWhenItIsThere) {
   add("b", {}, {{"a/1", true}});
   EXPECT_EQ(order(), "b");
   EXPECT_EQ(mistakes(), "");
   add("a", {"a/1"}, {});
   EXPECT_EQ(order(), "a b");
}

TEST_F(Order, ANamedProviderMustExistAndProvide) {
   const auto seeker = add("seeker", {}, {{"named/1"}});
   add("other", {}, {});
   add("right", {"named/1"}, {});
   from(seeker, config::Value::string("rihgt"));
   (void)order();
   EXPECT_TRUE(says("there is no plugin instance \"rihgt\"")) << mistakes();
   EXPECT_TRUE(says("did you mean \"right\"")) << mistakes();
   from(seeker, config::Value::string("other"));
   (void)order();
   EXPECT_TRUE(says("\"other\" does not provide named/1")) << mistakes();
   from(seeker, config::Value::string("right"));
   EXPECT_EQ(order(), "other right seeker");
   EXPECT_EQ(mistakes(), "");
}

TEST_F(Order, AListOfNamesNeedsEachOfThem) {
   const auto seeker = add("switcher", {"named/1"}, {{"named/1"}});
   add("two", {"named/1"}, {});
   add("one", {"named/1"}, {});
   from(seeker, config::Value::list({config::Value::string("one"), config::Value::string("two")}));
   EXPECT_EQ(order(), "two one switcher");
   from(seeker, config::Value::string("switcher"));
   (void)order();
   EXPECT_TRUE(says("cannot be its own")) << mistakes();
}

TEST_F(Order, AnAlgorithmIsEnoughForWhoNeedsABackend) {
   add("miner", {}, {{"nebula.pow.backend/1"}});
   add("algo", {"nebula.pow.algorithm/1"}, {});
   EXPECT_EQ(order(), "algo miner");
   EXPECT_EQ(mistakes(), "");
}

TEST_F(Order, ACycleIsNamedAndAnOptionalEdgeBreaksIt) {
   add("a", {"a/1"}, {{"b/1"}});
   add("b", {"b/1"}, {{"c/1"}});
   add("c", {"c/1"}, {{"a/1"}});
   (void)order();
   EXPECT_TRUE(says("\"a\" needs \"b\" (b/1), \"b\" needs \"c\" (c/1), \"c\" needs \"a\" (a/1)")) << mistakes();
   manifests_[2]->requirements[0].optional = true;
   EXPECT_EQ(order(), "c b a");
   EXPECT_EQ(mistakes(), "");
}

TEST_F(Order, DependantsAreThoseBehind) {
   add("a", {"a/1"}, {});
   add("b", {"b/1"}, {{"a/1"}});
   add("c", {}, {{"b/1"}});
   add("d", {}, {});
   config::Mistakes none;
   const auto result = start_order(instances_, {}, none);
   EXPECT_EQ(dependants(result, {0}), (std::vector<std::size_t>{1, 2}));
   EXPECT_EQ(dependants(result, {3}), (std::vector<std::size_t>{}));
}

TEST_F(Order, ARandomGraphWithoutCyclesIsAlwaysOrdered) {
   constexpr unsigned seed = 7;
   std::mt19937 random(seed);
   for (int round = 0; round < 50; ++round) {
      instances_.clear();
      manifests_.clear();
      const std::size_t n = 2 + random() % 20;
      std::vector<std::size_t> rank(n); // who needs whom follows a hidden order
      std::iota(rank.begin(), rank.end(), 0);
      std::shuffle(rank.begin(), rank.end(), random);
      for (std::size_t i = 0; i < n; ++i) {
         std::vector<Wish> wishes;
         for (std::size_t j = 0; j < n; ++j)
            if (rank[j] < rank[i] && random() % 3 == 0)
               wishes.push_back({"s" + std::to_string(j) + "/1", random() % 4 == 0});
         add("i" + std::to_string(i), {"s" + std::to_string(i) + "/1"}, wishes);
      }
      config::Mistakes none;
      const auto result = start_order(instances_, {}, none);
      ASSERT_TRUE(none.empty()) << "seed " << seed;
      ASSERT_EQ(result.order.size(), n) << "seed " << seed;
      std::vector<bool> placed(n);
      for (const auto index : result.order) {
         for (const auto provider : result.providers[index])
            ASSERT_TRUE(placed[provider]) << "seed " << seed;
         placed[index] = true;
      }
   }
}

} // namespace
} // namespace nebula::host
