#include "host/config/settings.h"

#include "host/config/embedded.h"
#include "memory_files.h"

#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace nebula::host::config {
namespace {

TEST(Settings, hold_what_the_host_needs_with_defaults) {
   const auto loaded = load(testing::request_of({{"node.yaml", "node: {name: 007}\n"
                                                               "plugins:\n"
                                                               "  - id: miner\n"
                                                               "  - id: miner\n"
                                                               "    as: second\n"
                                                               "    path: ./libminer.so\n"
                                                               "    sha256: " +
                                                                  std::string(64, 'A') +
                                                                  "\n"
                                                                  "    required: false\n"
                                                                  "    config: {threads: 2}\n"
                                                                  "algorithms: {randomx: {fallback: [a, b]}}\n"
                                                                  "log: {max_size: 1MiB, levels: {second: debug}}\n"
                                                                  "executor: {threads: 3}\n"
                                                                  "plugin_path: [/a]\n"}}));
   ASSERT_TRUE(loaded) << loaded.error().message;
   const Settings settings = settings_of(loaded->root);
   EXPECT_EQ(settings.name, "007"); // text as it was written, not seven
   EXPECT_EQ(settings.data, "./data");
   EXPECT_EQ(settings.network, "nebula-dev");
   ASSERT_EQ(settings.plugins.size(), 2u);
   EXPECT_EQ(settings.plugins[0].instance, "miner");
   EXPECT_TRUE(settings.plugins[0].required);
   EXPECT_TRUE(settings.plugins[0].config.is_map());
   EXPECT_EQ(settings.plugins[1].instance, "second");
   EXPECT_EQ(settings.plugins[1].path, "./libminer.so");
   EXPECT_EQ(settings.plugins[1].sha256, std::string(64, 'a'));
   EXPECT_FALSE(settings.plugins[1].required);
   EXPECT_EQ(settings.plugins[1].origin.where(), "node.yaml:4:5");
   EXPECT_EQ(settings.algorithms.at(0).fallback, (std::vector<std::string>{"a", "b"}));
   EXPECT_EQ(settings.log.max_size, 1u << 20);
   EXPECT_EQ(settings.log.max_files, 5u);
   EXPECT_EQ(settings.log.levels.at(0).second, "debug");
   EXPECT_EQ(settings.executor_threads, 3u);
   EXPECT_EQ(settings.plugin_path, (std::vector<std::string>{"/a"}));
}

TEST(Settings, an_executor_without_a_number_has_one_thread_per_core) {
   const auto loaded = load(testing::request_of({{"node.yaml", "executor: {threads: auto}\n"}}));
   EXPECT_EQ(settings_of(loaded->root).executor_threads, 0u);
}

TEST(Settings, the_embedded_file_and_profiles_are_the_ones_in_config) {
   std::ifstream in(NEBULA_CONFIG_DIR "/node.yaml");
   std::ostringstream text;
   text << in.rdbuf();
   EXPECT_EQ(std::string(embedded_node_yaml()), text.str());
   LoadRequest request = testing::request_of({});
   request.path.reset();
   for (const auto &[name, profile] : embedded_profiles()) {
      request.profiles = {name};
      EXPECT_EQ(testing::message_of(request), "") << name;
   }
}

} // namespace
} // namespace nebula::host::config
