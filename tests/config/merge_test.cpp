#include "host/config/merge.h"

#include "host/config/render.h"
#include "host/config/yaml_reader.h"

#include <gtest/gtest.h>

namespace nebula::host::config {
namespace {

Value yaml(std::string_view text) {
   Mistakes mistakes;
   const auto value = read_yaml(text, {}, mistakes);
   EXPECT_TRUE(mistakes.empty()) << mistakes.to_error().message;
   return value.value_or(Value());
}

/// The merged tree, or the mistakes.
std::string merged(std::string_view base, std::string_view overlay, KeyMatch match = KeyMatch::exact) {
   Mistakes mistakes;
   const Value value = merge(yaml(base), yaml(overlay), match, mistakes);
   return mistakes.empty() ? render_yaml(value, ShowOrigin::no)
                           : "! " + mistakes.list()[0].path + ": " + mistakes.list()[0].text;
}

TEST(Merge, maps_merge_and_everything_else_is_replaced) {
   EXPECT_EQ(merged("{a: {x: 1, w: 2}, l: [1, 2], s: t}", "{a: {w: 3, z: 4}, l: [9], k: null}"),
             "a:\n  x: 1\n  w: 3\n  z: 4\nl:\n  - 9\ns: t\nk: null\n");
   EXPECT_EQ(merged("{a: {x: 1}}", "{a: 5}"), "a: 5\n");
   EXPECT_EQ(merged("{a: 5}", "{a: {x: 1}}"), "a:\n  x: 1\n");
}

TEST(Merge, a_list_of_plugins_replaces_and_a_map_of_plugins_addresses_instances) {
   const char *base = "plugins: [{id: miner, config: {t: 1}}, {id: miner, as: second, config: {t: 2}}]";
   EXPECT_EQ(merged(base, "plugins: [{id: chain}]"), "plugins:\n  - id: chain\n");
   EXPECT_EQ(merged(base, "plugins: {second: {config: {t: 9}}, miner: null}"),
             "plugins:\n  - id: miner\n    as: second\n    config:\n      t: 9\n");
}

TEST(Merge, a_plugin_that_is_not_there_needs_an_id_to_be_added) {
   const char *base = "plugins: [{id: miner}]";
   EXPECT_EQ(merged(base, "plugins: {chain: {id: chain}, extra: {id: miner}}"),
             "plugins:\n  - id: miner\n  - id: chain\n  - id: miner\n    as: extra\n");
   EXPECT_EQ(merged(base, "plugins: {minr: {required: false}}"),
             "! plugins.minr: there is no plugin instance of this name; did you mean \"miner\"? (to add one here, give "
             "it an id)");
   EXPECT_EQ(merged(base, "plugins: {minr: null}").substr(0, 15), "! plugins.minr:");
   EXPECT_EQ(merged(base, "plugins: {miner: 5}").substr(0, 26), "! plugins.miner: expected ");
}

TEST(Merge, only_the_top_plugins_key_is_special) {
   EXPECT_EQ(merged("a: {plugins: [{id: x}]}", "a: {plugins: {x: {k: 1}}}"), "a:\n  plugins:\n    x:\n      k: 1\n");
}

TEST(Merge, folded_keys_find_what_an_environment_variable_cannot_spell) {
   EXPECT_EQ(merged("{algorithms: {cosmic-harmony: {select: a}}}", "{algorithms: {cosmic_harmony: {select: b}}}",
                    KeyMatch::folded),
             "algorithms:\n  cosmic-harmony:\n    select: b\n");
   EXPECT_EQ(merged("{a-b: 1, a_b: 2}", "{a_b: 3}", KeyMatch::folded), "a-b: 1\na_b: 3\n");
   EXPECT_EQ(merged("plugins: [{id: com.example.my-algo}]", "plugins: {com_example_my_algo: {required: false}}",
                    KeyMatch::folded),
             "plugins:\n  - id: com.example.my-algo\n    required: false\n");
}

} // namespace
} // namespace nebula::host::config
