#include "core/pattern.h"

#include <gtest/gtest.h>

namespace nebula::gateway {
namespace {

[[nodiscard]] Pattern pattern(std::string_view text) {
   std::string why;
   auto parsed = Pattern::parse(text, why);
   EXPECT_TRUE(parsed) << text << ": " << why;
   return parsed.value_or(Pattern{});
}

TEST(Pattern, a_named_segment_matches_one_non_empty_segment) {
   const auto blocks = pattern("/api/v1/blocks/{id}");
   const auto values = blocks.match("/api/v1/blocks/17");
   ASSERT_TRUE(values);
   EXPECT_EQ(*values, std::vector<std::string_view>{"17"});
   EXPECT_FALSE(blocks.match("/api/v1/blocks/"));
   EXPECT_FALSE(blocks.match("/api/v1/blocks"));
   EXPECT_FALSE(blocks.match("/api/v1/blocks/17/x"));
   EXPECT_FALSE(blocks.match("/api/v2/blocks/17"));
   EXPECT_FALSE(blocks.match(""));
}

TEST(Pattern, the_root_matches_only_itself) {
   EXPECT_TRUE(pattern("/").match("/"));
   EXPECT_FALSE(pattern("/").match("/x"));
   EXPECT_FALSE(pattern("/x").match("/"));
}

TEST(Pattern, says_why_a_text_is_no_pattern) {
   for (const auto *text : {"", "api", "/a//b", "/a/{}", "/a/{Id}", "/a/x{id}", "/a?b", "/a#b", "/a%20b"}) {
      std::string why;
      EXPECT_FALSE(Pattern::parse(text, why)) << text;
      EXPECT_FALSE(why.empty()) << text;
   }
   std::string why;
   EXPECT_FALSE(Pattern::parse("/" + std::string(300, 'a'), why));
   std::string deep;
   for (int i = 0; i < 17; ++i) {
      deep += "/a";
   }
   EXPECT_FALSE(Pattern::parse(deep, why));
}

TEST(Pattern, two_patterns_clash_when_they_match_the_same_paths) {
   EXPECT_TRUE(pattern("/a/{x}").clashes(pattern("/a/{y}")));
   EXPECT_FALSE(pattern("/a/{x}").clashes(pattern("/a/b")));
   EXPECT_FALSE(pattern("/a/{x}").clashes(pattern("/a/{x}/c")));
   EXPECT_TRUE(pattern("/").clashes(pattern("/")));
   EXPECT_FALSE(pattern("/").clashes(pattern("/{x}"))) << "a name matches no empty segment";
   EXPECT_TRUE(pattern("/a/b").more_specific_than(pattern("/a/{x}")));
   EXPECT_FALSE(pattern("/a/{x}").more_specific_than(pattern("/a/b")));
}

TEST(Pattern, a_path_is_percent_decoded_but_never_into_a_separator_or_nul) {
   EXPECT_EQ(decode_path("/a%20b/%7e"), "/a b/~");
   EXPECT_EQ(decode_path("/%c3%a9"), "/\xC3\xA9");
   EXPECT_FALSE(decode_path("/a%ff"));
   EXPECT_FALSE(decode_path("/%ed%a0%80"));
   EXPECT_FALSE(decode_path("/a%2Fb"));
   EXPECT_FALSE(decode_path("/a%00"));
   EXPECT_FALSE(decode_path(std::string_view("/a\0b", 4)));
   EXPECT_FALSE(decode_path("/a%4"));
   EXPECT_FALSE(decode_path("/a%zz"));
   EXPECT_FALSE(decode_path("/a%"));
}

} // namespace
} // namespace nebula::gateway
