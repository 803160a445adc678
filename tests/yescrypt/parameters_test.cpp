#include <gtest/gtest.h>

#include "parameters.h"

namespace nebula::test {
namespace {

using namespace nebula::yescrypt;

std::string canonical(std::string_view text) {
   return canonical_text(parse_parameters(text));
}

/// What parsing says, which must be a refusal.
std::string refusal(std::string_view text) {
   try {
      (void)parse_parameters(text);
   } catch (const Error &error) {
      EXPECT_EQ(error.status(), NEB_E_INVALID);
      return error.what();
   }
   return "(accepted)";
}

TEST(Parameters, have_defaults) {
   EXPECT_EQ(canonical(""), "version=1.0,N=2048,r=32");
   EXPECT_EQ(canonical("r=8"), "version=1.0,N=2048,r=8");
}

TEST(Parameters, have_one_spelling_whatever_their_order) {
   const char *want = "version=0.5,N=4096,r=16,pers=Client Key";
   EXPECT_EQ(canonical("version=0.5,N=4096,r=16,pers=Client Key"), want);
   EXPECT_EQ(canonical("pers=Client Key,r=16,N=4096,version=0.5"), want);
   EXPECT_EQ(canonical("pers_hex=436c69656e74204b6579,version=0.5,r=16,N=4096"), want);
   EXPECT_EQ(canonical("version=0.5,N=04096,r=16,pers=Client Key"), want);
   EXPECT_EQ(member_name(parse_parameters(want)), std::string("yescrypt:") + want);
}

TEST(Parameters, tell_the_personalities_apart_that_differ) {
   EXPECT_EQ(canonical("version=0.5"), "version=0.5,N=2048,r=32");
   EXPECT_EQ(canonical("version=0.5,pers="), "version=0.5,N=2048,r=32,pers=");
   EXPECT_EQ(canonical("version=0.5,pers_hex="), "version=0.5,N=2048,r=32,pers=");
   EXPECT_EQ(canonical("pers="), "version=1.0,N=2048,r=32"); // in 1.0 empty and absent are one
   EXPECT_EQ(canonical("pers=@input"), "version=1.0,N=2048,r=32,pers=@input");
   EXPECT_EQ(canonical("pers_hex=40696e707574"), "version=1.0,N=2048,r=32,pers_hex=40696e707574"); // the text "@input"
   EXPECT_EQ(canonical("pers_hex=612c62"), "version=1.0,N=2048,r=32,pers_hex=612c62");
   EXPECT_EQ(canonical("pers_hex=2061"), "version=1.0,N=2048,r=32,pers_hex=2061");
   EXPECT_EQ(canonical("pers=a=b"), "version=1.0,N=2048,r=32,pers=a=b");
}

TEST(Parameters, reach_their_limits_and_not_beyond) {
   EXPECT_EQ(canonical("N=1024,r=8"), "version=1.0,N=1024,r=8");
   EXPECT_EQ(canonical("N=524288,r=32"), "version=1.0,N=524288,r=32");
   EXPECT_EQ(refusal("N=512"), "N is a number from 1024 to 524288, not '512'");
   EXPECT_EQ(refusal("N=1048576"), "N is a number from 1024 to 524288, not '1048576'");
   EXPECT_EQ(refusal("r=7"), "r is a number from 8 to 32, not '7'");
   EXPECT_EQ(refusal("r=33"), "r is a number from 8 to 32, not '33'");
   EXPECT_EQ(refusal("N=4294969344"), "N is a number from 1024 to 524288, not '4294969344'"); // 2^32 + 2048
   EXPECT_EQ(canonical("version=0.5,pers_hex=" + std::string(2 * k_pers_bytes_max, '0')).size(),
             std::string("version=0.5,N=2048,r=32,pers_hex=").size() + 2 * k_pers_bytes_max);
   EXPECT_EQ(refusal("pers_hex=" + std::string(2 * k_pers_bytes_max + 2, '0')), "pers has at most 128 bytes, not 129");
   EXPECT_EQ(refusal("pers=" + std::string(k_parameters_text_max, 'a')),
             "the parameters of yescrypt take at most 512 characters");
}

TEST(Parameters, say_what_is_wrong_with_them) {
   EXPECT_EQ(refusal("N=3000"), "N is a power of two, such as 2048 or 4096, not 3000");
   EXPECT_EQ(refusal("N=500000"), "N is a power of two, such as 262144 or 524288, not 500000");
   EXPECT_EQ(refusal("N=2048x"), "N is a number from 1024 to 524288, not '2048x'");
   EXPECT_EQ(refusal("N=-2048"), "N is a number from 1024 to 524288, not '-2048'");
   EXPECT_EQ(refusal("N="), "N is a number from 1024 to 524288, not ''");
   EXPECT_EQ(refusal("version=1"), "version is 0.5 or 1.0, not '1'");
   EXPECT_EQ(refusal("r=8,r=8"), "'r' stands twice");
   EXPECT_EQ(refusal("pers=a,pers_hex=62"), "'pers_hex' stands twice");
   EXPECT_EQ(refusal("n=2048"), std::string("there is no parameter 'n'; there are: ") + k_parameters_help);
   EXPECT_EQ(refusal("yes"),
             std::string("'yes' is no parameter; one is written name=value, and they are: ") + k_parameters_help);
   EXPECT_EQ(refusal("r=8,"), "a parameter is missing after the last comma");
   EXPECT_EQ(refusal(",r=8").substr(0, 18), "'' is no parameter");
   EXPECT_EQ(refusal("pers_hex=4"), "a hex text has two digits per byte; this one has 1 digits");
   EXPECT_EQ(refusal("pers_hex=4G"), "'G' is no lower-case hex digit");
   EXPECT_EQ(refusal("pers=@x").substr(0, 42), "pers is printable text without commas, wit");
   EXPECT_EQ(refusal("pers= a").substr(0, 42), "pers is printable text without commas, wit");
   EXPECT_EQ(refusal("pers=\x01").substr(0, 42), "pers is printable text without commas, wit");
}

} // namespace
} // namespace nebula::test
