#include "host/config/scalar.h"

#include "host/config/render.h"

#include <gtest/gtest.h>
#include <limits>

namespace nebula::host::config {
namespace {

Kind kind_of(std::string_view text) {
   return plain_scalar(text, {}).kind();
}

TEST(Scalar, types_words_as_yaml_1_2_does) {
   for (const char *text : {"", "~", "null", "Null", "NULL"})
      EXPECT_EQ(kind_of(text), Kind::null) << text;
   for (const char *text : {"true", "True", "FALSE", "false"})
      EXPECT_EQ(kind_of(text), Kind::boolean) << text;
   for (const char *text : {"yes", "no", "on", "off", "nulL", "tRue", "y"})
      EXPECT_EQ(kind_of(text), Kind::string) << text;
   for (const char *text : {"1.5", "-2e10", ".5", "5.", "1e3", "+.5E-3"})
      EXPECT_EQ(kind_of(text), Kind::real) << text;
   for (const char *text :
        {".", "-", "+", "e5", "1e", "1.2.3", ".inf", ".nan", "1_000", "0x", "0xg", "-0x10", "1 2", "0o8", "٣"})
      EXPECT_EQ(kind_of(text), Kind::string) << text;
}

TEST(Scalar, reads_whole_numbers_in_three_bases) {
   EXPECT_EQ(plain_scalar("0x10", {}).as_int(), 16);
   EXPECT_EQ(plain_scalar("0o17", {}).as_int(), 15);
   EXPECT_EQ(plain_scalar("010", {}).as_int(), 10);
   EXPECT_EQ(plain_scalar("-7", {}).as_int(), -7);
   EXPECT_EQ(plain_scalar("+7", {}).as_int(), 7);
   EXPECT_EQ(plain_scalar("-0", {}).as_int(), 0);
}

TEST(Scalar, keeps_every_64_bit_number_exactly_and_turns_larger_ones_into_reals) {
   EXPECT_EQ(plain_scalar("-9223372036854775808", {}).as_int(), std::numeric_limits<std::int64_t>::min());
   EXPECT_EQ(plain_scalar("9223372036854775807", {}).kind(), Kind::integer);
   EXPECT_EQ(plain_scalar("9223372036854775808", {}).kind(), Kind::unsigned_integer);
   EXPECT_EQ(plain_scalar("18446744073709551615", {}).as_uint(), std::numeric_limits<std::uint64_t>::max());
   EXPECT_EQ(plain_scalar("18446744073709551615", {}).as_int(), std::nullopt);
   EXPECT_EQ(plain_scalar("18446744073709551616", {}).kind(), Kind::real);
   EXPECT_EQ(plain_scalar("-9223372036854775809", {}).kind(), Kind::real);
   EXPECT_EQ(*plain_scalar("18446744073709551616", {}).written(), "18446744073709551616");
}

TEST(Scalar, remembers_how_it_was_written) {
   EXPECT_EQ(*plain_scalar("1.10", {}).written(), "1.10");
   EXPECT_EQ(*plain_scalar("0x0A", {}).written(), "0x0A");
}

TEST(Value, compares_numbers_as_numbers) {
   EXPECT_TRUE(same_content(Value::integer(1), Value::real(1.0)));
   EXPECT_FALSE(same_content(Value::integer(1), Value::boolean(true)));
   EXPECT_FALSE(same_content(Value::integer(9007199254740993), Value::real(9007199254740992.0)));
   EXPECT_FALSE(same_content(Value::integer(-1), Value::unsigned_integer(std::numeric_limits<std::uint64_t>::max())));
}

TEST(Value, finds_members_by_dotted_paths) {
   const Value tree = Value::map({{"a", {}, Value::list({Value::map({{"b.c", {}, Value::integer(7)}})})}});
   EXPECT_EQ(tree.at("a[0].\"b.c\"")->as_int(), 7);
   EXPECT_EQ(tree.at("a[1]"), nullptr);
   EXPECT_EQ(tree.at("a[0].b.c"), nullptr);
   EXPECT_EQ(tree.at("a."), nullptr);
   EXPECT_EQ(tree.at(""), &tree);
}

} // namespace
} // namespace nebula::host::config
