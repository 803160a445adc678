#include "host/config/compose_schema.h"

#include "host/config/schema.h"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace nebula::host::config {
namespace {

const std::vector<PluginSchema> k_plugins{
   {"miner", "mines", R"({"type": "object", "required": ["work"], "properties": {"work": {"type": "string"},
      "batch": {"type": "integer", "format": "duration", "units": "ms"}, "deep": {"type": "object", "properties": {"a": {}}}}})"},
   {"chain", "our own chain", ""}};

TEST(ComposeSchema, gives_each_plugin_a_branch_with_its_own_settings) {
   const auto text = compose_schema(k_plugins);
   ASSERT_TRUE(text) << text.error().message;
   const boost::json::value document = boost::json::parse(*text);
   EXPECT_EQ(document.at("$schema"), "https://json-schema.org/draft/2020-12/schema");
   const auto &branches = document.at_pointer("/properties/plugins/items/oneOf").as_array();
   ASSERT_EQ(branches.size(), 3u);
   const boost::json::value &miner = branches[0];
   EXPECT_EQ(miner.at_pointer("/properties/id/const"), "miner");
   EXPECT_EQ(miner.at("description"), "mines");
   EXPECT_EQ(miner.at("required"), (boost::json::array{"id", "config"}));
   EXPECT_EQ(miner.at_pointer("/properties/config/additionalProperties"), false);
   EXPECT_EQ(miner.at_pointer("/properties/config/properties/deep/additionalProperties"), false);
   EXPECT_EQ(miner.at_pointer("/properties/config/properties/batch/type"), (boost::json::array{"integer", "string"}));
   EXPECT_EQ(branches[1].at("required"), boost::json::array{"id"});
   EXPECT_EQ(branches[2].at_pointer("/properties/id/not/enum"), (boost::json::array{"miner", "chain"}));
   EXPECT_EQ(document.at_pointer("/properties/log/properties/max_size/type"),
             (boost::json::array{"integer", "string"}));
}

TEST(ComposeSchema, names_the_plugin_whose_schema_is_broken) {
   const auto text = compose_schema({{"bad", "", "{\"type\": 5}"}});
   ASSERT_FALSE(text);
   EXPECT_EQ(text.error().message.substr(0, 11), "plugin bad:");
}

} // namespace
} // namespace nebula::host::config
