#include "host/plugin/limits.h"
#include "host/plugin/manifest.h"

#include <nebula/manifest.h>

#include <gtest/gtest.h>

namespace nebula::host {
namespace {

std::string message(std::string_view json) {
   auto read = parse_manifests(json);
   return read ? "no error" : read.error().message;
}

constexpr const char *k_whole = R"({
   "id": "com.example.algo", "version": "1.2.3", "abi": "1.0", "license": "MIT", "summary": "An algorithm.",
   "status": "core",
   "provides": [{"id": "nebula.pow.algorithm/1", "name": "algo", "aliases": ["al/0"]}],
   "requires": [{"id": "nebula.http/1", "optional": true}, {"id": "nebula.work.source/1", "instance_from": "work"}],
   "commands": [{"name": "algo", "summary": "Tells about algo."}, {"name": "bench algo", "runs": "with-algorithms"}],
   "config": {"type": "object"},
   "later": "unknown members are for later versions"
})";

TEST(ManifestReader, ReadsEveryMember) {
   auto read = parse_manifests(k_whole);
   ASSERT_TRUE(read) << read.error().message;
   const auto &manifest = read->front();
   EXPECT_EQ(manifest.id, "com.example.algo");
   EXPECT_EQ(manifest.version, "1.2.3");
   EXPECT_EQ(manifest.abi_major, 1u);
   EXPECT_EQ(manifest.abi_minor, 0u);
   EXPECT_EQ(manifest.status, "core");
   ASSERT_EQ(manifest.provides.size(), 1u);
   EXPECT_EQ(manifest.provides[0].name, "algo");
   EXPECT_EQ(manifest.provides[0].aliases, std::vector<std::string>{"al/0"});
   ASSERT_EQ(manifest.requirements.size(), 2u);
   EXPECT_TRUE(manifest.requirements[0].optional);
   EXPECT_EQ(manifest.requirements[1].instance_from, "work");
   EXPECT_EQ(manifest.commands.at(0).summary, "Tells about algo.");
   EXPECT_EQ(manifest.commands.at(0).stage, CommandStage::configured);
   EXPECT_EQ(manifest.commands.at(1).name, "bench algo");
   EXPECT_EQ(manifest.commands.at(1).stage, CommandStage::with_algorithms);
   EXPECT_TRUE(manifest.config.contains("type"));
   EXPECT_TRUE(manifest.provides_service("nebula.pow.algorithm/1"));
}

TEST(ManifestReader, ReadsAListForAFileWithSeveralPlugins) {
   auto read = parse_manifests(R"([{"id":"a","version":"1","abi":"1.0"},{"id":"b","version":"1","abi":"1.0"}])");
   ASSERT_TRUE(read);
   EXPECT_EQ(read->at(1).id, "b");
}

TEST(ManifestReader, IgnoresZerosBehindTheText) {
   EXPECT_TRUE(parse_manifests(std::string_view("{\"id\":\"a\",\"version\":\"1\",\"abi\":\"1.0\"}\0\0", 38)));
}

TEST(ManifestReader, NamesTheMemberThatIsWrong) {
   EXPECT_EQ(message("{}"), "the manifest's id is missing");
   EXPECT_NE(message("[").find("not JSON"), std::string::npos);
   EXPECT_NE(message("7").find("object"), std::string::npos);
   EXPECT_NE(message("[]").find("1 to 64"), std::string::npos);
   EXPECT_NE(message(R"({"id":"Big","version":"1","abi":"1.0"})").find("id \"Big\""), std::string::npos);
   EXPECT_NE(message(R"({"id":"a","version":"1","abi":"one"})").find("MAJOR.MINOR"), std::string::npos);
   EXPECT_NE(message(R"({"id":"a","version":"1","abi":"1.0","provides":[{"id":"http"}]})").find("provides[0].id"),
             std::string::npos);
   EXPECT_NE(message(R"({"id":"a","version":"1","abi":"1.0","requires":{}})").find("requires must be a list"),
             std::string::npos);
   EXPECT_NE(
      message(R"({"id":"a","version":"1","abi":"1.0","requires":[{"id":"x/1","optional":1}]})").find("true or false"),
      std::string::npos);
   for (const char *name : {"", " ", "bench ", " pool", "bench  pool", "bench pool now", "Bench pool"})
      EXPECT_NE(message(std::string(R"({"id":"a","version":"1","abi":"1.0","commands":[{"name":")") + name + "\"}]}")
                   .find("commands[0].name"),
                std::string::npos)
         << name;
   EXPECT_NE(message(R"({"id":"a","version":"1","abi":"1.0","commands":[{"name":"a","runs":"alone "}]})")
                .find("configured, alone or with-algorithms"),
             std::string::npos);
   EXPECT_NE(message(R"({"id":"a","version":"1","abi":"1.0","status":"best"})").find("core, supported"),
             std::string::npos);
}

TEST(ManifestReader, HoldsItsLimits) {
   const auto with = [](const std::string &list, std::size_t n, const std::string &item) {
      std::string items;
      for (std::size_t i = 0; i < n; ++i)
         items += (i ? "," : "") + item;
      return R"({"id":"a","version":"1","abi":"1.0",")" + list + "\":[" + items + "]}";
   };
   EXPECT_TRUE(parse_manifests(with("provides", k_max_services_of_plugin, R"({"id":"x/1"})")));
   EXPECT_FALSE(parse_manifests(with("provides", k_max_services_of_plugin + 1, R"({"id":"x/1"})")));
   EXPECT_TRUE(parse_manifests(with("commands", k_max_commands_of_plugin, R"({"name":"x"})")));
   EXPECT_FALSE(parse_manifests(with("commands", k_max_commands_of_plugin + 1, R"({"name":"x"})")));
   std::string many = "[";
   for (std::size_t i = 0; i <= k_max_plugins_in_file; ++i)
      many += std::string(i ? "," : "") + R"({"id":"a","version":"1","abi":"1.0"})";
   EXPECT_FALSE(parse_manifests(many + "]"));
   EXPECT_FALSE(
      parse_manifests(R"({"id":")" + std::string(k_max_id_bytes + 1, 'a') + R"(","version":"1","abi":"1.0"})"));
   EXPECT_FALSE(parse_manifests(std::string(NEB_MANIFEST_MAX_BYTES + 1, ' ')));
}

TEST(ManifestReader, RefusesDeepNesting) {
   EXPECT_NE(message(std::string(100, '[')).find("not JSON"), std::string::npos);
}

TEST(ServiceIds, AreAWordASlashAndAVersion) {
   EXPECT_EQ(wrong_with_service_id("nebula.work.source/1"), nullptr);
   for (const char *bad : {"", "x", "/1", "x/", "x/1a", "X/1", "x y/1", "x/12345"})
      EXPECT_NE(wrong_with_service_id(bad), nullptr) << bad;
}

} // namespace
} // namespace nebula::host
