#include <gtest/gtest.h>

#include "common/json_line.h"

namespace nebula::common {
namespace {

const char *wrong(std::string_view text) {
   JsonLine line;
   return line.parse(text);
}

TEST(JsonLine, reads_a_request_without_copying_it) {
   const std::string_view text =
      R"( {"id": 7,"method":"mining.submit","params":["w", "0a", true, null, -1.5e3, {"a":[]}]} )";
   JsonLine line;
   ASSERT_EQ(line.parse(text), nullptr);
   const auto root = line.root();
   EXPECT_EQ(root.size(), 3u);
   EXPECT_EQ(root["id"].whole(), 7u);
   EXPECT_EQ(root["id"].raw(), "7");
   EXPECT_EQ(root["method"].plain(), "mining.submit");
   const auto params = root["params"];
   ASSERT_EQ(params.size(), 6u);
   EXPECT_EQ(params.at(0).plain(), "w");
   EXPECT_EQ(params.at(1).plain()->data(), text.data() + text.find("0a"));
   EXPECT_EQ(params.at(2).boolean(), true);
   EXPECT_TRUE(params.at(3).is(JsonKind::null));
   EXPECT_EQ(params.at(4).number(), -1500.0);
   EXPECT_TRUE(params.at(5)["a"].is(JsonKind::array));
   EXPECT_FALSE(params.at(6));
   EXPECT_FALSE(root["nothing"]);
}

TEST(JsonLine, answers_every_question_to_what_is_absent_or_of_another_kind) {
   JsonLine line;
   ASSERT_EQ(line.parse("[1]"), nullptr);
   const auto absent = line.root()["x"].at(3)["y"];
   EXPECT_FALSE(absent);
   EXPECT_EQ(absent.raw(), "");
   EXPECT_EQ(absent.plain(), std::nullopt);
   EXPECT_EQ(absent.text(), std::nullopt);
   EXPECT_EQ(absent.whole(), std::nullopt);
   EXPECT_EQ(absent.number(), std::nullopt);
   EXPECT_EQ(absent.boolean(), std::nullopt);
   EXPECT_EQ(line.root().plain(), std::nullopt);
   EXPECT_EQ(line.root().at(0).text(), std::nullopt);
}

TEST(JsonLine, takes_the_last_member_of_a_name) {
   JsonLine line;
   ASSERT_EQ(line.parse(R"({"a":1,"a":[2,{"a":3}],"b":4})"), nullptr);
   EXPECT_EQ(line.root()["a"].at(0).whole(), 2u);
   EXPECT_EQ(line.root()["b"].whole(), 4u);
}

TEST(JsonLine, refuses_what_is_no_json) {
   for (const char *text :
        {"",      " ",          "{",   "}",         "[1,]",        "[1 2]",   "{\"a\"}", "{\"a\":}",
         "{a:1}", "{\"a\":1,}", "nul", "tru",       "01",          "-",       "1.",      "1e",
         "+1",    ".5",         "\"",  "\"\\x\"",   "\"\\u12g4\"", "\"\\u12", "[1]x",    "GET / HTTP/1.1",
         "NaN",   "Infinity",   "'a'", "{\"a\":1}{"})
      EXPECT_NE(wrong(text), nullptr) << text;
   EXPECT_NE(wrong(std::string_view("\"a\0b\"", 5)), nullptr);
   EXPECT_NE(wrong(std::string_view("[1\0]", 4)), nullptr);
}

TEST(JsonLine, has_limits_on_depth_and_number_of_values) {
   const auto nested = [](unsigned depth) { return std::string(depth, '[') + std::string(depth, ']'); };
   EXPECT_EQ(wrong(nested(JsonLine::k_depth_max)), nullptr);
   EXPECT_STREQ(wrong(nested(JsonLine::k_depth_max + 1)), "it is nested too deep");
   EXPECT_STREQ(wrong(nested(100'000)), "it is nested too deep");
   std::string many = "[0";
   for (std::size_t i = 2; i < JsonLine::k_values_max; ++i)
      many += ",0";
   EXPECT_EQ(wrong(many + "]"), nullptr);
   EXPECT_STREQ(wrong(many + ",0]"), "it has too many values");
}

TEST(JsonLine, resolves_escapes) {
   JsonLine line;
   ASSERT_EQ(line.parse(R"(["\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00", "\ud83d", "\ude00x", "\ud83d\u0041"])"),
             nullptr);
   const auto root = line.root();
   EXPECT_EQ(root.at(0).text(), "\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
   EXPECT_EQ(root.at(0).plain(), std::nullopt);
   EXPECT_EQ(root.at(1).text(), "\xef\xbf\xbd");
   EXPECT_EQ(root.at(2).text(), "\xef\xbf\xbdx");
   EXPECT_EQ(root.at(3).text(), "\xef\xbf\xbd"
                                "A");
}

TEST(JsonLine, tells_whole_numbers_from_others) {
   JsonLine line;
   ASSERT_EQ(line.parse("[18446744073709551615,18446744073709551616,-1,1.0,1e3,0,1e999]"), nullptr);
   const auto root = line.root();
   EXPECT_EQ(root.at(0).whole(), ~0ull);
   for (std::size_t i = 1; i < 5; ++i)
      EXPECT_EQ(root.at(i).whole(), std::nullopt) << i;
   EXPECT_EQ(root.at(5).whole(), 0u);
   EXPECT_EQ(root.at(4).number(), 1000.0);
   EXPECT_EQ(root.at(6).number(), std::nullopt);
}

TEST(JsonLine, writes_any_bytes_as_a_json_string_that_it_reads_back) {
   const auto written = [](std::string_view text) {
      std::string out;
      append_json_string(out, text);
      return out;
   };
   EXPECT_EQ(written("a\"b\\c\n\x01\x7f"), R"("a\"b\\c\u000a\u0001\u007f")");
   EXPECT_EQ(written("\xc3\xa9\xf0\x9f\x98\x80"), "\"\xc3\xa9\xf0\x9f\x98\x80\"");
   // Cut off, overlong, a surrogate, beyond Unicode.
   for (const char *bad : {"\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff"})
      EXPECT_NE(written(bad).find("\xef\xbf\xbd"), std::string::npos);
   JsonLine line;
   const std::string back = written("a\"b\\c\n\x01");
   ASSERT_EQ(line.parse(back), nullptr);
   EXPECT_EQ(line.root().text(), "a\"b\\c\n\x01");
}

} // namespace
} // namespace nebula::common
