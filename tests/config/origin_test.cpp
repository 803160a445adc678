/// Every value knows who said it, and where.

#include "memory_files.h"

#include <gtest/gtest.h>

namespace nebula::host::config {
namespace {

struct Expected {
   const char *path;
   Layer layer;
   const char *where;
};

TEST(Origin, of_every_layer_is_kept_through_merging_and_checking) {
   LoadRequest request = testing::request_of({
      {"node.yaml", "extends: base.yaml\n"
                    "node:\n"
                    "  name: ${WHO:-x}\n"
                    "plugins:\n"
                    "  - id: miner\n"
                    "    config: {work: chain, a: 1, b: 2, c: 3}\n"
                    "profiles:\n"
                    "  p: {log: {format: json}, plugins: {miner: {config: {a: 10}}}}\n"},
      {"base.yaml", "node: {network: base, name: hidden}\n"},
      {".env", "\n  NEBULA__NODE__DATA=/d\n"},
   });
   request.profiles = {"p"};
   request.environment = {{"NEBULA__PLUGINS__MINER__CONFIG__B", "20"}};
   request.overrides = {{"log.level", "warn", "--quiet"}, {"plugins.miner.config.c", "30", ""}};
   const auto loaded = load(request);
   ASSERT_TRUE(loaded) << loaded.error().message;
   for (const Expected &expected : std::initializer_list<Expected>{
           {"node.name", Layer::file, "node.yaml:3:9"},
           {"node.network", Layer::extends_file, "base.yaml:1:17"},
           {"node.data", Layer::dot_env, ".env:2:3"},
           {"plugins[0].config.work", Layer::file, "node.yaml:6:20"},
           {"plugins[0].config.a", Layer::profile, "node.yaml:8:58"},
           {"plugins[0].config.b", Layer::environment, "environment variable NEBULA__PLUGINS__MINER__CONFIG__B"},
           {"plugins[0].config.c", Layer::command_line, "--set plugins.miner.config.c"},
           {"log.format", Layer::profile, "node.yaml:8:21"},
           {"log.level", Layer::command_line, "--quiet"},
           {"log.max_files", Layer::schema_default, "node.yaml:8:12"},
        }) {
      const Value *value = loaded->root.at(expected.path);
      ASSERT_NE(value, nullptr) << expected.path;
      EXPECT_EQ(value->origin().layer, expected.layer)
         << expected.path << " is of " << layer_name(value->origin().layer);
      EXPECT_EQ(value->where(), expected.where) << expected.path;
      EXPECT_EQ(value->where_text(), expected.where) << expected.path;
   }
}

TEST(Origin, counts_columns_in_characters_not_bytes) {
   const std::string message =
      testing::message_of(testing::request_of({{"node.yaml", "node: {name: \"Žluťoučký\", dta: x}\n"}}));
   EXPECT_NE(message.find("node.yaml:1:27: node: unknown key \"dta\""), std::string::npos) << message;
}

TEST(Origin, of_the_embedded_file_is_built_in) {
   LoadRequest request = testing::request_of({});
   request.path.reset();
   const auto loaded = load(request);
   ASSERT_TRUE(loaded) << loaded.error().message;
   EXPECT_EQ(loaded->root.at("node.name")->origin().layer, Layer::built_in);
}

} // namespace
} // namespace nebula::host::config
