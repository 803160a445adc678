#include "shell/advice.h"

#include <gtest/gtest.h>

namespace nebula::pool {
namespace {

TEST(Advice, names_a_worker_and_its_hash_rate) {
   const char *wrong = nullptr;
   const auto advice = read_advice(
      R"({"wallet":"W","worker":"rig","algorithm":"randomx","hashes_per_second":1.5e3,"shares":40})", wrong);
   ASSERT_TRUE(advice) << wrong;
   EXPECT_EQ(advice->name, "W.rig");
   EXPECT_EQ(advice->algorithm, "randomx");
   EXPECT_DOUBLE_EQ(advice->hashes_per_s, 1'500);
   EXPECT_DOUBLE_EQ(advice->shares, 40);
   EXPECT_EQ(read_advice(R"({"wallet":"W","hashes_per_second":7})", wrong)->name, "W");
}

TEST(Advice, is_refused_with_a_reason_when_it_is_none) {
   for (const char *text :
        {"", "[]", "{}", R"({"wallet":7,"hashes_per_second":7})", R"({"wallet":"W"})",
         R"({"wallet":"W","hashes_per_second":-1})", R"({"wallet":"W","hashes_per_second":0})",
         R"({"wallet":"W","hashes_per_second":"7"})", R"({"wallet":"W","hashes_per_second":7,"shares":0})"}) {
      const char *wrong = nullptr;
      EXPECT_FALSE(read_advice(text, wrong)) << text;
      EXPECT_NE(wrong, nullptr) << text;
   }
}

} // namespace
} // namespace nebula::pool
