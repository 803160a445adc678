/// Which layer wins.

#include "memory_files.h"

#include <gtest/gtest.h>

namespace nebula::host::config {
namespace {

using testing::text_at;

/// All layers say log.level; each test takes the winners away one by one.
LoadRequest everyone_speaks() {
   LoadRequest request = testing::request_of({
      {"node.yaml", "extends: base.yaml\nlog: {level: error}\nprofiles: {loud: {log: {level: debug}}}\n"},
      {"base.yaml", "log: {level: warn}\n"},
      {".env", "NEBULA__LOG__LEVEL=trace\n"},
   });
   request.profiles = {"loud"};
   request.environment = {{"NEBULA__LOG__LEVEL", "info"}};
   request.overrides = {{"log.level", "off", "--log-level"}};
   return request;
}

std::string level_of(const LoadRequest &request) {
   const auto loaded = load(request);
   EXPECT_TRUE(loaded) << loaded.error().message;
   return loaded ? text_at(loaded->root, "log.level") : "";
}

TEST(Precedence, runs_from_the_command_line_down_to_the_schema_default) {
   LoadRequest request = everyone_speaks();
   EXPECT_EQ(level_of(request), "off");
   request.overrides.clear();
   EXPECT_EQ(level_of(request), "info");
   request.environment.clear();
   EXPECT_EQ(level_of(request), "trace");
   const std::string base = "log: {level: warn}\n";
   const std::string node = "extends: base.yaml\nlog: {level: error}\nprofiles: {loud: {log: {level: debug}}}\n";
   request.read_file = testing::reader_of({{"node.yaml", node}, {"base.yaml", base}});
   EXPECT_EQ(level_of(request), "debug");
   request.profiles.clear();
   EXPECT_EQ(level_of(request), "error");
   request.read_file = testing::reader_of({{"node.yaml", "extends: base.yaml\n"}, {"base.yaml", base}});
   EXPECT_EQ(level_of(request), "warn");
   request.read_file = testing::reader_of({{"node.yaml", "node: {name: x}\n"}});
   EXPECT_EQ(level_of(request), "info");
}

TEST(Precedence, of_two_extended_files_the_later_wins_and_the_file_over_both) {
   const auto loaded = load(testing::request_of({
      {"node.yaml", "extends: [a.yaml, sub/b.yaml]\nnode: {data: own}\n"},
      {"a.yaml", "node: {name: a, network: a, data: a}\n"},
      {"sub/b.yaml", "extends: c.yaml\nnode: {name: b, data: b}\n"},
      {"sub/c.yaml", "node: {name: c, network: c}\n"},
   }));
   ASSERT_TRUE(loaded) << loaded.error().message;
   EXPECT_EQ(text_at(loaded->root, "node.name"), "b");
   EXPECT_EQ(text_at(loaded->root, "node.network"), "c");
   EXPECT_EQ(text_at(loaded->root, "node.data"), "own");
   EXPECT_EQ(loaded->files, (std::vector<std::string>{"node.yaml", "a.yaml", "sub/b.yaml", "sub/c.yaml"}));
}

TEST(Precedence, two_files_may_extend_the_same_third) {
   EXPECT_EQ(testing::message_of(testing::request_of({{"node.yaml", "extends: [a.yaml, b.yaml]\n"},
                                                      {"a.yaml", "extends: c.yaml\n"},
                                                      {"b.yaml", "extends: c.yaml\n"},
                                                      {"c.yaml", "node: {name: c}\n"}})),
             "");
}

TEST(Precedence, profiles_apply_in_the_order_given) {
   LoadRequest request =
      testing::request_of({{"node.yaml", "profiles: {a: {node: {name: a, network: a}}, b: {node: {name: b}}}\n"}});
   request.profiles = {"a", "b"};
   const auto loaded = load(request);
   ASSERT_TRUE(loaded) << loaded.error().message;
   EXPECT_EQ(text_at(loaded->root, "node.name"), "b");
   EXPECT_EQ(text_at(loaded->root, "node.network"), "a");
}

TEST(Precedence, a_profile_may_be_a_file_beside_node_yaml_or_part_of_the_program) {
   LoadRequest request = testing::request_of(
      {{"conf/node.yaml", "node: {name: x}\n"}, {"conf/profiles/edge.yaml", "node: {name: from-edge}\n"}});
   request.path = "conf/node.yaml";
   request.profiles = {"edge", "quiet"};
   const auto loaded = load(request);
   ASSERT_TRUE(loaded) << loaded.error().message;
   EXPECT_EQ(text_at(loaded->root, "node.name"), "from-edge");
   EXPECT_EQ(text_at(loaded->root, "log.level"), "warn");
   EXPECT_EQ(text_at(loaded->root, "executor.threads"), "1");
}

TEST(Precedence, only_the_chosen_profile_needs_its_variables) {
   LoadRequest request =
      testing::request_of({{"node.yaml", "profiles: {prod: {node: {name: \"${PROD_NAME:?the name}\"}}}\n"}});
   EXPECT_EQ(testing::message_of(request), "");
   request.profiles = {"prod"};
   EXPECT_NE(testing::message_of(request).find("PROD_NAME is not set: the name"), std::string::npos);
   request.environment = {{"PROD_NAME", "p"}};
   EXPECT_EQ(testing::message_of(request), "");
}

TEST(Precedence, the_environment_wins_over_the_env_file_for_variables_too) {
   LoadRequest request = testing::request_of(
      {{"node.yaml", "node: {name: \"${WHO}\"}\n"}, {".env", "WHO=from-file\nWHO=from-file-later\n"}});
   EXPECT_EQ(text_at(load(request)->root, "node.name"), "from-file-later");
   request.environment = {{"WHO", "from-outside"}};
   EXPECT_EQ(text_at(load(request)->root, "node.name"), "from-outside");
}

TEST(Precedence, without_a_file_the_embedded_one_is_used_and_can_be_overridden) {
   LoadRequest request = testing::request_of({{".env", "NEBULA__NODE__NAME=from-env-file\n"}});
   request.path.reset();
   request.overrides = {{"plugins.miner.config.threads", "3", ""}, {"plugins.gateway", "null", ""}};
   const auto loaded = load(request);
   ASSERT_TRUE(loaded) << loaded.error().message;
   EXPECT_EQ(text_at(loaded->root, "node.name"), "from-env-file");
   const Settings settings = settings_of(loaded->root);
   ASSERT_EQ(settings.plugins.size(), 4u);
   EXPECT_EQ(settings.plugins[3].id, "miner");
   EXPECT_EQ(text_at(settings.plugins[3].config, "threads"), "3");
}

} // namespace
} // namespace nebula::host::config
