#include <gtest/gtest.h>

#include "common/memory.h"

namespace nebula::test {
namespace {

using namespace nebula::common;

TEST(Memory, reads_what_the_kernel_says_is_available) {
   EXPECT_EQ(available_in_meminfo("MemTotal:       24000000 kB\nMemAvailable:   23000000 kB\n"), 23'000'000ull * 1024);
   EXPECT_EQ(available_in_meminfo("MemTotal: 1 kB\n"), std::nullopt);
   EXPECT_EQ(available_in_meminfo("MemAvailable:"), std::nullopt);
   EXPECT_EQ(available_in_meminfo("MemAvailable:   lots"), std::nullopt);
}

TEST(Memory, has_some_here) {
   EXPECT_GT(available_memory_bytes(), 0u);
}

} // namespace
} // namespace nebula::test
