#include "host/isolation/ring.h"

#include <gtest/gtest.h>

#include <sys/mman.h>
#include <unistd.h>

namespace nebula::host {
namespace {

TEST(Ring, BothSidesSeeTheSameSlots) {
   Descriptor descriptor;
   auto ours = Ring::make(3, descriptor);
   ASSERT_TRUE(ours) << ours.error().message;
   auto theirs = Ring::attach(descriptor.get());
   ASSERT_TRUE(theirs) << theirs.error().message;
   EXPECT_EQ(theirs->slots(), 4u);
   ours->job(6).ticket = 77;
   EXPECT_EQ(theirs->job(2).ticket, 77u);
   theirs->result(5).hits[NEB_POW_HITS_MAX - 1].nonce = 9;
   EXPECT_EQ(ours->result(1).hits[NEB_POW_HITS_MAX - 1].nonce, 9u);
}

TEST(Ring, NobodyCanTakeTheMemoryAway) {
   Descriptor descriptor;
   auto ours = Ring::make(1, descriptor);
   ASSERT_TRUE(ours);
   EXPECT_NE(ftruncate(descriptor.get(), 0), 0);
   ours->result(0).head.ticket = 1; // would be SIGBUS
   EXPECT_EQ(ours->result(0).head.ticket, 1u);
}

TEST(Ring, MemoryThatIsNotWhatItsHeadSaysIsRefused) {
   Descriptor descriptor;
   auto ours = Ring::make(2, descriptor);
   ASSERT_TRUE(ours);
   for (const std::uint32_t slots : {0u, 1u, 3u, 4u, 1u << 31, UINT32_MAX}) {
      ours->head().slots = slots;
      EXPECT_FALSE(Ring::attach(descriptor.get())) << slots;
   }
   const Descriptor small(memfd_create("small", MFD_CLOEXEC));
   EXPECT_FALSE(Ring::attach(small.get()));
}

TEST(Ring, ADoorbellThatRangBeforeTheSleepEndsIt) {
   Descriptor descriptor;
   auto ours = Ring::make(1, descriptor);
   ASSERT_TRUE(ours);
   auto &bell = ours->head().doorbell;
   const std::uint32_t seen = bell.load();
   futex_ring(bell);
   futex_wait(bell, seen, UINT64_MAX / 2); // returns at once, or the test never ends
   EXPECT_NE(bell.load(), seen);
}

} // namespace
} // namespace nebula::host
