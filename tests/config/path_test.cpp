#include "host/config/path.h"

#include <gtest/gtest.h>

namespace nebula::host::config {
namespace {

std::string steps_of(std::string_view text) {
   const auto steps = parse_path(text);
   if (!steps)
      return "! " + steps.error().message;
   std::string out;
   for (const PathStep &step : *steps)
      out += step.is_index ? "<" + std::to_string(step.index) + ">" : "(" + step.key + ")";
   return out;
}

TEST(Path, has_keys_indices_and_quoted_keys) {
   EXPECT_EQ(steps_of(""), "");
   EXPECT_EQ(steps_of("a.b-c[12][0].d"), "(a)(b-c)<12><0>(d)");
   EXPECT_EQ(steps_of("plugins.\"com.example.x\".config"), "(plugins)(com.example.x)(config)");
}

TEST(Path, refuses_what_is_misspelled_and_says_why) {
   for (const char *bad :
        {".a", "a.", "a..b", "a[", "a[]", "a[x]", "a[1", "a[1]b", "\"a", "\"a\"b", "a[99999999999999999999999]"})
      EXPECT_EQ(steps_of(bad).substr(0, 2), "! ") << bad;
   EXPECT_NE(steps_of("a..b").find("a name is empty"), std::string::npos);
}

TEST(Path, joined_reads_back) {
   const std::string path = join_path(join_path(join_path("", "plugins"), "com.example.x"), std::size_t{3});
   EXPECT_EQ(path, "plugins.\"com.example.x\"[3]");
   EXPECT_EQ(steps_of(path), "(plugins)(com.example.x)<3>");
}

TEST(Path, folding_ignores_case_and_separators_only) {
   EXPECT_TRUE(same_folded("Cosmic-Harmony.x", "cosmic_harmony_x"));
   EXPECT_FALSE(same_folded("ab", "a_b"));
}

} // namespace
} // namespace nebula::host::config
