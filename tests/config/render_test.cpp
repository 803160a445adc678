#include "host/config/render.h"

#include "host/config/validate.h"
#include "host/config/yaml_reader.h"
#include "memory_files.h"

#include <gtest/gtest.h>

namespace nebula::host::config {
namespace {

Value yaml(std::string_view text) {
   Mistakes mistakes;
   Origin file;
   file.layer = Layer::file;
   file.source = std::make_shared<const std::string>("n.yaml");
   return read_yaml(text, file, mistakes).value_or(Value());
}

TEST(Render, yaml_reads_back_as_the_same_tree) {
   const Value tree = yaml("a: \"5\"\nb: 'no'\nc: ['', \" x\", \"a: b\", '#', '-', './x', \"\\t\\n\\u0001\\\"\", 1.5, "
                           "-3, ~, true, [], {}, [[1], [2, [3]]]]\n"
                           "d: {'': 1, 'k k': {x: [{y: 1, z: [2]}]}}\ne: 18446744073709551615\nf: 1e300\ng: 2.0\n");
   const std::string text = render_yaml(tree, ShowOrigin::no);
   EXPECT_TRUE(same_content(yaml(text), tree)) << text;
   EXPECT_TRUE(same_content(yaml(render_json(tree, ShowOrigin::no)), tree)); // JSON is YAML
   EXPECT_EQ(render_yaml(yaml(text), ShowOrigin::no), text);
}

TEST(Render, with_origins_says_who_said_what) {
   const std::string text = render_yaml(yaml("a: 1\nb:\n  - x\n"), ShowOrigin::yes);
   EXPECT_EQ(text, "a: 1                                            # n.yaml:1:4 (file)\n"
                   "b:\n"
                   "  - x                                           # n.yaml:3:5 (file)\n");
   EXPECT_EQ(render_json(yaml("a: {b: [1]}"), ShowOrigin::yes),
             "[\n   {\"path\": \"a.b[0]\", \"value\": 1, \"layer\": \"file\", \"where\": \"n.yaml:1:9\"}\n]\n");
}

TEST(Render, never_shows_a_secret) {
   const auto schema =
      parse_schema(R"({"properties": {"marked": {"secret": true}, "many": {"secret": true}}})", Unlisted::allowed);
   LoadRequest request = testing::request_of(
      {{"node.yaml", "plugins:\n  - id: x\n    config: {marked: hush1, many: [hush2, {a: hush3}], file: \"${file:s}\", "
                     "mix: \"a-${file:s}\","
                     " rpc_password: hush5, apiToken: hush6, url: \"http://u:hush7@h:1/x@y\", plain: shown}\n"},
       {"s", "hush4\n"}});
   const auto loaded = load(request);
   ASSERT_TRUE(loaded) << loaded.error().message;
   Mistakes mistakes;
   const Value root = complete_plugins(
      loaded->root, [&](const std::string &) { return schema->get(); }, mistakes);
   EXPECT_EQ(testing::text_at(root, "plugins[0].config.file"), "hush4");
   for (const ShowOrigin origins : {ShowOrigin::no, ShowOrigin::yes})
      for (const std::string &text : {render_yaml(root, origins), render_json(root, origins)}) {
         EXPECT_EQ(text.find("hush"), std::string::npos) << text;
         EXPECT_NE(text.find("(secret)"), std::string::npos);
         EXPECT_NE(text.find("http://(secret)@h:1/x@y"), std::string::npos);
         EXPECT_NE(text.find("shown"), std::string::npos);
      }
}

} // namespace
} // namespace nebula::host::config
