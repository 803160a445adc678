#include "host/slots/reader.h"
#include "host/slots/slot.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>
#include <vector>

namespace nebula::host {
namespace {

constexpr std::uint64_t k_short_ns = 2'000'000;
constexpr std::uint64_t k_long_ns = 60'000'000'000;

TEST(Slots, AnEmptySlotGivesNothingAndCostsNoGuard) {
   Slot slot("x/1", "");
   neb_guard guard;
   EXPECT_EQ(enter(&slot, &guard), nullptr);
   EXPECT_EQ(slot.generation(), 0u);
}

TEST(Slots, AReaderGetsTheOccupantAndItsGeneration) {
   Slot slot("x/1", "");
   int table = 0;
   slot.publish(&table);
   neb_guard guard;
   EXPECT_EQ(enter(&slot, &guard), &table);
   EXPECT_EQ(guard.generation, 1u);
   leave(&guard);
   slot.publish(&table);
   EXPECT_EQ(slot.generation(), 1u) << "the same occupant again is no change";
   slot.publish(nullptr);
   EXPECT_EQ(slot.generation(), 2u);
   EXPECT_EQ(enter(&slot, &guard), nullptr);
   EXPECT_TRUE(slot.quiesce(k_short_ns));
}

TEST(Slots, RetiringWaitsForTheReaderInside) {
   Slot slot("x/1", "");
   int first = 0, second = 0;
   slot.publish(&first);
   std::atomic<int> stage{0};
   std::thread reader([&] {
      neb_guard guard;
      EXPECT_EQ(enter(&slot, &guard), &first);
      stage = 1;
      while (stage != 2)
         std::this_thread::yield();
      leave(&guard);
   });
   while (stage != 1)
      std::this_thread::yield();
   slot.publish(&second);
   EXPECT_FALSE(slot.quiesce(k_short_ns)) << "the reader is still inside";
   neb_guard guard;
   EXPECT_EQ(enter(&slot, &guard), &second) << "new readers do not wait";
   leave(&guard);
   stage = 2;
   EXPECT_TRUE(slot.quiesce(k_long_ns));
   reader.join();
}

TEST(Slots, AReaderElsewhereDoesNotHoldUpARetirement) {
   Slot one("x/1", ""), other("y/1", "");
   int table = 0;
   one.publish(&table);
   other.publish(&table);
   neb_guard guard;
   ASSERT_NE(enter(&other, &guard), nullptr);
   one.publish(nullptr);
   EXPECT_TRUE(one.quiesce(k_short_ns));
   leave(&guard);
}

TEST(Slots, AThreadThatHoldsAGuardDoesNotWaitForItself) {
   Slot slot("x/1", "");
   int table = 0;
   slot.publish(&table);
   neb_guard guard;
   ASSERT_NE(enter(&slot, &guard), nullptr);
   slot.publish(nullptr);
   EXPECT_FALSE(slot.quiesce(k_long_ns));
   leave(&guard);
   EXPECT_TRUE(slot.quiesce(k_short_ns));
}

TEST(Slots, AThreadHoldsSixteenGuardsInAnyOrder) {
   Slot slot("x/1", "");
   int table = 0;
   slot.publish(&table);
   std::array<neb_guard, k_guards_max> guards;
   for (auto &guard : guards)
      ASSERT_EQ(enter(&slot, &guard), &table);
   neb_guard more;
   EXPECT_EQ(enter(&slot, &more), nullptr);
   for (std::size_t i = 0; i < guards.size(); i += 2)
      leave(&guards[i]);
   ASSERT_EQ(enter(&slot, &more), &table);
   leave(&more);
   for (std::size_t i = 1; i < guards.size(); i += 2)
      leave(&guards[i]);
   slot.publish(nullptr);
   EXPECT_TRUE(slot.quiesce(k_short_ns));
}

TEST(Slots, WatchersAreToldUntilTheyStop) {
   Slot slot("x/1", "");
   std::vector<std::uint64_t> told;
   const auto note = [](void *user, std::uint64_t generation) {
      static_cast<std::vector<std::uint64_t> *>(user)->push_back(generation);
   };
   ASSERT_TRUE(slot.watch(note, &told));
   int table = 0;
   slot.publish(&table);
   slot.notify();
   slot.publish(nullptr);
   slot.notify();
   slot.unwatch_all();
   slot.notify();
   EXPECT_EQ(told, (std::vector<std::uint64_t>{1, 2}));
   for (std::size_t i = 0; i < Slot::k_max_watchers; ++i)
      ASSERT_TRUE(slot.watch(note, &told));
   EXPECT_FALSE(slot.watch(note, &told));
}

// Readers call through whatever they find while a writer swaps as fast as it can. After a retirement the occupant is
// marked dead with a plain write: a reader that still came through it would read the mark (and a race detector would
// see the pair).
TEST(SlotsUnderLoad, NoReaderIsInsideAfterRetirement) {
   struct Table {
      int dead = 0;
   };
   constexpr int k_readers = 3;
   constexpr int k_swaps = 2000;
   Slot slot("x/1", "");
   std::atomic<bool> done{false};
   std::atomic<std::uint64_t> calls{0}, wrong{0};
   std::vector<std::thread> readers;
   for (int i = 0; i < k_readers; ++i)
      readers.emplace_back([&] {
         std::uint64_t mine = 0, bad = 0;
         while (!done.load(std::memory_order_relaxed)) {
            neb_guard guard;
            const auto *table = static_cast<const Table *>(enter(&slot, &guard));
            if (!table)
               continue;
            bad += table->dead != 0;
            leave(&guard);
            ++mine;
         }
         calls += mine;
         wrong += bad;
      });
   auto current = std::make_unique<Table>();
   slot.publish(current.get());
   for (int swap = 0; swap < k_swaps; ++swap) {
      auto next = std::make_unique<Table>();
      slot.publish(swap % 5 == 4 ? nullptr : next.get());
      ASSERT_TRUE(slot.quiesce(k_long_ns));
      current->dead = 1;
      current = std::move(next);
      slot.publish(current.get());
   }
   done = true;
   for (auto &reader : readers)
      reader.join();
   EXPECT_EQ(wrong.load(), 0u);
   RecordProperty("calls", std::to_string(calls.load()));
}

TEST(SlotsUnderLoad, EndedThreadsGiveTheirRecordsBack) {
   Slot slot("x/1", "");
   int table = 0;
   slot.publish(&table);
   for (int i = 0; i < 200; ++i)
      std::thread([&] {
         neb_guard guard;
         if (enter(&slot, &guard))
            leave(&guard);
      }).join();
   slot.publish(nullptr);
   EXPECT_TRUE(slot.quiesce(k_short_ns));
}

} // namespace
} // namespace nebula::host
