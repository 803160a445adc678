#include "host/config/yaml_reader.h"

#include "host/config/limits.h"
#include "host/config/render.h"

#include <gtest/gtest.h>

namespace nebula::host::config {
namespace {

struct Read {
   std::optional<Value> value;
   Mistakes mistakes;
};

Read read(std::string_view text) {
   Read result;
   Origin file;
   file.source = std::make_shared<const std::string>("f");
   result.value = read_yaml(text, file, result.mistakes);
   return result;
}

std::string json_of(std::string_view text) {
   const Read result = read(text);
   return result.value ? render_json(*result.value, ShowOrigin::no) : "! " + result.mistakes.list().at(0).render();
}

TEST(YamlReader, an_anchor_can_be_used_again_and_merged_under_own_keys) {
   EXPECT_EQ(
      json_of("a: &x {k: 1, l: 2}\nb: {<<: *x, l: 3}\nc: *x\n"),
      "{\n   \"a\": {\n      \"k\": 1,\n      \"l\": 2\n   },\n   \"b\": {\n      \"l\": 3,\n      \"k\": 1\n   },\n"
      "   \"c\": {\n      \"k\": 1,\n      \"l\": 2\n   }\n}\n");
   EXPECT_EQ(json_of("a: &x {k: 1}\nb: &y {k: 2, m: 2}\nc: {<<: [*x, *y]}\n").substr(74),
             "   \"c\": {\n      \"k\": 1,\n      \"m\": 2\n   }\n}\n");
   EXPECT_EQ(json_of("a: {<<: 5}\n"), "! f:1:5: a: << takes the alias of a map, or a list of them");
}

TEST(YamlReader, quotes_block_texts_and_tags_make_text) {
   const Read result = read("a: \"5\"\nb: '5'\nc: !!str 5\nd: |\n  5\ne: 5\n");
   ASSERT_TRUE(result.value);
   for (const char *key : {"a", "b", "c", "d"})
      EXPECT_TRUE(result.value->find(key)->is_string()) << key;
   EXPECT_TRUE(result.value->find("e")->is_whole());
}

TEST(YamlReader, reads_windows_line_ends_and_a_byte_order_mark) {
   const Read result = read("\xEF\xBB\xBF"
                            "a: 1\r\nb: |\r\n  x\r\n  y\r\n");
   ASSERT_TRUE(result.value);
   EXPECT_EQ(result.value->find("b")->as_string(), "x\ny\n");
   EXPECT_EQ(result.value->find("b")->where(), "f:2:4");
}

TEST(YamlReader, an_empty_text_is_null) {
   for (const char *text : {"", "\n\n", "# only a comment", "---\n", "--- # x\n..."})
      EXPECT_TRUE(read(text).value && read(text).value->is_null()) << text;
}

TEST(YamlReader, every_limit_can_be_reached_and_not_passed) {
   const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
   EXPECT_TRUE(read(nested(k_max_depth)).value);
   EXPECT_FALSE(read(nested(k_max_depth + 1)).value);
   EXPECT_FALSE(read(nested(100'000)).value);
   EXPECT_TRUE(read("\"" + std::string(k_max_scalar_bytes, 'x') + "\"").value);
   EXPECT_FALSE(read("\"" + std::string(k_max_scalar_bytes + 1, 'x') + "\"").value);
   EXPECT_FALSE(read(std::string(k_max_file_bytes + 1, '#')).value);
   std::string keys;
   for (std::size_t i = 0; i < k_max_map_keys; ++i)
      keys += "k" + std::to_string(i) + ": 1\n";
   EXPECT_TRUE(read(keys).value);
   EXPECT_FALSE(read(keys + "one_more: 1\n").value);
   std::string items = "a: [";
   for (std::size_t i = 0; i < k_max_nodes; ++i)
      items += "1,";
   EXPECT_FALSE(read(items + "]").value);
}

TEST(YamlReader, refuses_keys_that_are_no_words) {
   for (const char *text : {"? [a]\n: b\n", "? {a: 1}\n: b\n", "a: &k x\n*k : y\n", "{: x}"})
      EXPECT_FALSE(read(text).value) << text;
}

TEST(YamlReader, single_quotes_with_doubled_quotes_inside_do_close) {
   EXPECT_EQ(read("a: 'it''s'\n").value->find("a")->as_string(), "it's");
   EXPECT_FALSE(read("a: 'it''s''\n").value);
   EXPECT_EQ(read("a: \"q\\\"\"\n").value->find("a")->as_string(), "q\"");
   EXPECT_FALSE(read("a: \"q\\\"\n").value);
}

} // namespace
} // namespace nebula::host::config
