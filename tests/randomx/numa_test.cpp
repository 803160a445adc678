#include <gtest/gtest.h>

#include <linux/mempolicy.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "numa.h"

namespace nebula::test {
namespace {

using namespace nebula::randomx;
using Nodes = std::vector<unsigned>;

TEST(Numa, reads_lists_of_nodes) {
   EXPECT_EQ(nodes_in_list("0\n"), Nodes{0});
   EXPECT_EQ(nodes_in_list("0-2,5,7-8\n"), (Nodes{0, 1, 2, 5, 7, 8}));
   EXPECT_EQ(nodes_in_list(""), Nodes{});
   EXPECT_EQ(nodes_in_list("0-"), Nodes{});
   EXPECT_EQ(nodes_in_list("3-1"), Nodes{});
   EXPECT_EQ(nodes_in_list("0,x"), Nodes{});
   EXPECT_EQ(nodes_in_list("0 1"), Nodes{});
   EXPECT_EQ(nodes_in_list("1024"), Nodes{});
   EXPECT_EQ(nodes_in_list("0-4294967295"), Nodes{});
}

int policy_of_thread() {
   int mode = -1;
   return ::syscall(SYS_get_mempolicy, &mode, nullptr, 0ul, nullptr, 0ul) == 0 ? mode : -errno;
}

TEST(Numa, leaves_a_machine_with_one_node_alone) {
   const int before = policy_of_thread();
   const SpreadHere spread(Nodes{0});
   EXPECT_FALSE(spread.active());
   EXPECT_EQ(policy_of_thread(), before);
}

TEST(Numa, spreads_what_a_thread_touches_for_as_long_as_asked) {
   if (policy_of_thread() != MPOL_DEFAULT)
      GTEST_SKIP() << "SKIPPED: this process may not see its memory policy, or has one";
   {
      // A node that the machine lacks is left out by the kernel, so that this shows on one node as well.
      const SpreadHere spread(Nodes{0, 1});
      ASSERT_TRUE(spread.active());
      EXPECT_EQ(policy_of_thread(), MPOL_INTERLEAVE);
      const SpreadHere again(Nodes{0, 1});
      EXPECT_FALSE(again.active()) << "whoever has a policy of his own keeps it";
   }
   EXPECT_EQ(policy_of_thread(), MPOL_DEFAULT);
}

TEST(Numa, spreads_memory_that_others_touch_later) {
   if (policy_of_thread() != MPOL_DEFAULT)
      GTEST_SKIP() << "SKIPPED: this process may not see its memory policy, or has one";
   constexpr std::size_t k_bytes = 1 << 20;
   void *memory = ::mmap(nullptr, k_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
   ASSERT_NE(memory, MAP_FAILED);
   auto *begin = static_cast<unsigned char *>(memory) + 64; // as an allocator gives it
   EXPECT_TRUE(spread_pages(begin, k_bytes / 2, Nodes{0, 1}));
   int mode = -1;
   ASSERT_EQ(::syscall(SYS_get_mempolicy, &mode, nullptr, 0ul, begin, static_cast<unsigned long>(MPOL_F_ADDR)), 0);
   EXPECT_EQ(mode, MPOL_INTERLEAVE);
   ::munmap(memory, k_bytes);
}

} // namespace
} // namespace nebula::test
