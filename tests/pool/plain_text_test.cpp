#include <gtest/gtest.h>

#include "common/plain_text.h"

#include <nebula/text.hpp>

#include <random>

namespace nebula::common {
namespace {

TEST(PlainText, is_utf8_of_every_length_and_nothing_that_is_none) {
   for (const char *good : {"", "a", "\x7f", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                            "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "12345678\xC3\xA9 12345678"})
      EXPECT_TRUE(is_utf8(good)) << good;
   for (const char *bad :
        {"\x80", "\xC0\xAF", "\xC1\xBF", "\xC2", "\xC2z", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
         "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "12345678\xC3", "1234567\xC3", "\xE2\x82 abcdefgh"})
      EXPECT_FALSE(is_utf8(bad)) << bad;
}

TEST(PlainText, keeps_what_is_plain_and_nothing_else_whatever_the_bytes) {
   std::mt19937_64 random(4);
   for (int round = 0; round < 20'000; ++round) {
      std::string text;
      for (std::uint64_t left = random() % 20; left > 0; --left)
         text.push_back(static_cast<char>(random() % 4 ? 'a' + random() % 26 : random()));
      const bool plain = is_plain_text(text);
      EXPECT_LE(plain, is_utf8(text));
      std::string kept = text;
      keep_plain_text(kept);
      EXPECT_TRUE(is_plain_text(kept));
      EXPECT_EQ(kept == text, plain);
      EXPECT_TRUE(is_plain_text(trimmed(kept)));
   }
}

TEST(PlainText, is_trimmed_at_its_ends_alone) {
   EXPECT_EQ(trimmed(" \r\n a b\t\x7f"), "a b");
   EXPECT_EQ(trimmed(" \x01"), "");
   EXPECT_EQ(trimmed(""), "");
}

} // namespace
} // namespace nebula::common
