#include "host/pow/hash.h"
#include "host/slots/c_error.h"
#include "host/slots/directory.h"
#include "pow/family.h"

#include <nebula/text.hpp>

#include <gtest/gtest.h>

#include <set>

namespace nebula::host::toy {

namespace {

constexpr const char *k_member = "toy:rounds=2,pers=Client Key";

/// A node with the toy algorithm and a family of toys.
struct FamilyBench : Bench {
   explicit FamilyBench(bool ready = true) {
      EXPECT_TRUE(pow.family_added(family.provided()));
      if (ready)
         pow.instance_ready("relatives");
   }
   ToyFamily family;
};

std::string message_of(const Pow &pow, const std::string &name) {
   const auto found = pow.registry().find(name);
   return found ? "found" : found.error().message;
}

} // namespace

TEST(Family, MakesAMemberWhenItIsFirstNamedAndKeepsIt) {
   FamilyBench bench;
   EXPECT_TRUE(bench.pow.family_members().empty());
   const auto first = bench.pow.registry().find(k_member);
   ASSERT_TRUE(first) << first.error().message;
   EXPECT_STREQ((*first)->table().name, k_member);
   EXPECT_EQ((*first)->instance(), "relatives");
   EXPECT_EQ(bench.pow.registry().find("toy:pers=Client Key,rounds=2").value(), *first) << "another order, one member";
   ASSERT_EQ(bench.pow.family_members().size(), 1u);
   EXPECT_EQ(bench.pow.family_members().front().properties.at("name"), k_member);
   EXPECT_EQ(bench.pow.registry().canonical("toy:pers=Client Key,rounds=2"), k_member);
}

TEST(Family, GivesItsMembersBackendsAndTheReferenceOfTheHost) {
   FamilyBench bench;
   Slot &slot = bench.find("algorithm=" + property_value("toy:pers=Client Key,rounds=2"));
   ASSERT_NE(slot.table(), nullptr);
   EXPECT_STREQ(static_cast<const neb_pow_backend *>(slot.table())->algorithm, k_member) << "the canonical name";
   const std::string explained = bench.pow.explain(k_member).value();
   EXPECT_NE(explained.find("\"backend\":\"toy:rounds=2,pers=Client Key/simd\""), std::string::npos) << explained;
   EXPECT_NE(explained.find("toy:rounds=2,pers=Client Key/reference"), std::string::npos) << explained;
   EXPECT_NE(bench.find("algorithm=" + property_value("toy:pers=Client Key,rounds=2") + ", kind=simd").table(), nullptr)
      << "in the consumer's spelling, and with a wish of its own";
   ASSERT_TRUE(bench.pow.use("toy:pers=Client Key,rounds=2", "kind=reference"));
   EXPECT_NE(bench.pow.explain(k_member).value().find("computed by toy:rounds=2,pers=Client Key/reference"),
             std::string::npos);
}

TEST(Family, SpeaksForItselfWhenItRefusesParameters) {
   FamilyBench bench;
   const std::string why = message_of(bench.pow, "toy:rounds=900");
   EXPECT_NE(why.find("rounds must be 1 to 9"), std::string::npos) << why;
   EXPECT_NE(why.find("its parameters: rounds=1..9"), std::string::npos) << why;
   EXPECT_EQ(bench.pow.registry().find("toy:rounds=900").error().kind, ErrorKind::usage);
   EXPECT_TRUE(bench.pow.family_members().empty());
}

TEST(Family, FillsASlotThatWasAskedForBeforeItWasReady) {
   FamilyBench bench(false);
   Slot &slot = bench.find("algorithm=" + property_value(k_member));
   EXPECT_EQ(slot.table(), nullptr);
   bench.pow.instance_ready("relatives");
   bench.pow.settle();
   EXPECT_NE(slot.table(), nullptr);
}

TEST(Family, TakesItsMembersWithItAndMakesThemAgain) {
   FamilyBench bench;
   Slot &slot = bench.find("algorithm=" + property_value(k_member));
   ASSERT_NE(slot.table(), nullptr);
   ASSERT_TRUE(bench.pow.instance_removed("relatives", 1'000'000'000));
   EXPECT_EQ(slot.table(), nullptr);
   EXPECT_TRUE(bench.pow.family_members().empty());
   EXPECT_NE(message_of(bench.pow, k_member).find("no enabled plugin provides"), std::string::npos);
   ASSERT_TRUE(bench.pow.family_added(bench.family.provided()));
   bench.pow.instance_ready("relatives");
   bench.pow.settle();
   EXPECT_NE(slot.table(), nullptr);
}

TEST(Family, IsConfiguredAndHashedLikeEveryAlgorithm) {
   FamilyBench bench;
   config::AlgorithmSettings settings;
   settings.name = "toy:pers=Client Key,rounds=2"; // node.yaml spells it its own way
   settings.select = "kind=reference";
   ASSERT_TRUE(bench.pow.configure({settings}));
   (void)bench.find("algorithm=" + property_value(k_member));
   EXPECT_NE(bench.pow.explain(k_member).value().find("computed by toy:rounds=2,pers=Client Key/reference"),
             std::string::npos);
   HashRequest request;
   request.algorithm = k_member;
   request.input.assign(36, 7);
   request.epoch.key = "abcd";
   const auto by_reference = hash(bench.pow.registry(), request);
   ASSERT_TRUE(by_reference) << by_reference.error().message;
   request.select = "toy:rounds=2,pers=Client Key/simd"; // a backend's name
   const auto by_backend = hash(bench.pow.registry(), request);
   ASSERT_TRUE(by_backend) << by_backend.error().message;
   EXPECT_EQ(by_reference->digest, by_backend->digest);
}

TEST(Alias, MeansItsAlgorithmEverywhere) {
   Bench bench(algorithm_with_aliases());
   const ToyBackend simd("toy/simd", "device=cpu,kind=simd");
   bench.add(simd);
   config::AlgorithmSettings settings;
   settings.name = "ty/0";
   settings.select = "kind=reference";
   ASSERT_TRUE(bench.pow.configure({settings}));
   Slot &slot = bench.find("algorithm=ty/1");
   ASSERT_NE(slot.table(), nullptr);
   EXPECT_STREQ(static_cast<const neb_pow_backend *>(slot.table())->algorithm, "toy");
   EXPECT_EQ(bench.serving(slot), "toy/reference") << "the section calls it by another alias";
   ASSERT_TRUE(bench.pow.use("ty/0", "kind=simd"));
   EXPECT_EQ(bench.serving(slot), "toy/simd");
   EXPECT_NE(bench.pow.explain("ty/1").value().find("\"aliases\":[\"ty/0\",\"ty/1\"]"), std::string::npos);
   EXPECT_EQ(bench.pow.algorithm_named("ty/0").value().name, "toy");
   EXPECT_NE(message_of(bench.pow, "ty/O").find("did you mean \"ty/0\"?"), std::string::npos);
   EXPECT_FALSE(bench.pow.algorithm_added(provided_algorithm(algorithm(), "other"))) << "one name, one algorithm";
}

TEST(Directory, FillsSlotsOfAlgorithmsByEveryNameAsLongAsTheProviderIsThere) {
   ToyFamily family;
   Pow pow({});
   Directory directory;
   directory.set_pow(&pow);
   directory.set_instances({{"toy", {0, {NEB_SVC_POW_ALGORITHM}}}, {"relatives", {1, {NEB_SVC_POW_FAMILY}}}});
   ASSERT_EQ(
      directory.provide({"toy", "toy"}, NEB_SVC_POW_ALGORITHM, k_name, nullptr, &algorithm_with_aliases(), nullptr),
      NEB_OK);
   const Provided offered = family.provided();
   ASSERT_EQ(directory.provide({"relatives", "toys"}, NEB_SVC_POW_FAMILY, "toy", nullptr, offered.table, nullptr),
             NEB_OK);
   const auto slot_of = [&](const std::string &name, neb_status expected = NEB_OK) {
      neb_slot *slot = nullptr;
      neb_error error = make_error();
      const std::string select = "name=" + property_value(name);
      EXPECT_EQ(directory.find({"chain", "chain"}, NEB_SVC_POW_ALGORITHM, select, &slot, &error), expected)
         << name << ": " << text_of(error);
      return static_cast<Slot *>(slot);
   };
   Slot *alias = slot_of("ty/0"), *member = slot_of("toy:pers=Client Key,rounds=2"); // before anybody is ready
   EXPECT_EQ(alias->table(), nullptr);
   directory.instance_ready("toy");
   directory.instance_ready("relatives");
   ASSERT_NE(alias->table(), nullptr);
   EXPECT_STREQ(static_cast<const neb_pow_algorithm *>(alias->table())->name, "toy");
   ASSERT_NE(member->table(), nullptr);
   EXPECT_STREQ(static_cast<const neb_pow_algorithm *>(member->table())->name, k_member);
   EXPECT_EQ(slot_of("toy:rounds=900", NEB_E_NOT_FOUND)->table(), nullptr);
   std::set<std::string> listed;
   const auto each = [](void *user, neb_str name, neb_str) {
      static_cast<std::set<std::string> *>(user)->emplace(view(name));
   };
   ASSERT_EQ(directory.list({"miner", "miner"}, NEB_SVC_POW_ALGORITHM, each, &listed), NEB_OK);
   EXPECT_EQ(listed, (std::set<std::string>{"toy", k_member}));
   ASSERT_TRUE(directory.withdraw("relatives", 1'000'000'000));
   EXPECT_EQ(member->table(), nullptr);
   EXPECT_NE(alias->table(), nullptr);
   ASSERT_TRUE(directory.withdraw("toy", 1'000'000'000));
}

TEST(Deprecated, SaysWhyAndUntilWhenAndServesAllTheSame) {
   Bench bench(deprecated_algorithm());
   EXPECT_TRUE(bench.said("algorithm toy is deprecated: its coin left; a chain may accept it up to height 1000"));
   EXPECT_EQ(bench.serving(bench.find()), "toy/reference");
   const std::string explained = bench.pow.explain("toy").value();
   EXPECT_NE(explained.find("\"status\":\"deprecated\""), std::string::npos);
   EXPECT_NE(explained.find("\"height_max\":1000"), std::string::npos);
}

} // namespace nebula::host::toy
