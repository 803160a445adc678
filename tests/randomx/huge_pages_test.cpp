#include <gtest/gtest.h>

#include "huge_pages.h"

namespace nebula::test {
namespace {

using namespace nebula::randomx;

TEST(HugePages, counts_the_huge_pages_that_nobody_has_reserved) {
   const char *text = "HugePages_Total:    1500\nHugePages_Free:      900\nHugePages_Rsvd:      100\n"
                      "Hugepagesize:       2048 kB\n";
   EXPECT_EQ(free_huge_pages_in_meminfo(text), 800ull * 2048 * 1024);
   EXPECT_EQ(free_huge_pages_in_meminfo("HugePages_Free: 1\nHugePages_Rsvd: 2\nHugepagesize: 2048 kB\n"), 0u);
   EXPECT_EQ(free_huge_pages_in_meminfo(""), 0u);
}

TEST(HugePages, says_how_many_huge_pages_to_set_beside_those_that_others_have) {
   EXPECT_EQ(huge_pages_to_set(false, 2, ""), 384u + 4u);
   EXPECT_EQ(huge_pages_to_set(true, 16, ""), 1040u + 384u + 32u);
   EXPECT_EQ(huge_pages_to_set(true, 16, "HugePages_Total: 500\nHugePages_Free: 200\nHugepagesize: 2048 kB\n"),
             300u + 1456u);
}

} // namespace
} // namespace nebula::test
