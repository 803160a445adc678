#include "host/handover/settlement.h"

#include "pair.h"

#include <atomic>
#include <thread>

namespace nebula::host::handover {
namespace {

using namespace std::chrono_literals;

/// Nothing may hang: what is waited for is there, or never comes.
constexpr auto k_long = 60s;

TEST(Settlement, ends_the_old_node_that_answers) {
   auto pair = Pair::make();
   ASSERT_TRUE(let_go(pair.older)); // it lies ready
   EXPECT_TRUE(settle(pair.newer, k_long));
   const auto said = pair.older.receive(0ms);
   ASSERT_TRUE(said);
   EXPECT_EQ(said->type, PacketType::running);
}

TEST(Settlement, brings_back_the_old_node_that_wakes_after_the_new_one_gave_up) {
   auto pair = Pair::make();
   const auto settled = settle(pair.newer, 0ms);
   ASSERT_FALSE(settled);
   EXPECT_EQ(settled.error().kind, ErrorKind::temporary);
   // It still hears that the new one ran, and must not believe it, though that one has not closed the channel yet.
   const auto said = pair.older.receive(0ms);
   ASSERT_TRUE(said);
   EXPECT_EQ(said->type, PacketType::running);
   EXPECT_FALSE(let_go(pair.older));
}

TEST(Settlement, brings_back_the_old_node_when_the_new_one_is_gone) {
   auto pair = Pair::make();
   ASSERT_TRUE(pair.newer.send(PacketType::running, {}));
   { const Channel gone = std::move(pair.newer); }
   EXPECT_FALSE(let_go(pair.older));
}

TEST(Settlement, needs_no_answer_of_an_old_node_that_is_gone) {
   auto before = Pair::make();
   { const Channel gone = std::move(before.older); }
   EXPECT_TRUE(settle(before.newer, k_long));

   auto meanwhile = Pair::make();
   std::thread end([&] {
      EXPECT_TRUE(meanwhile.older.receive(k_long));
      const Channel gone = std::move(meanwhile.older);
   });
   EXPECT_TRUE(settle(meanwhile.newer, k_long));
   end.join();
}

// The old one's answer against the end of the new one's patience, from both sides of it.
TEST(Settlement, leaves_exactly_one_node_however_the_two_race) {
   for (int i = 0; i < 2'000; ++i) {
      auto pair = Pair::make();
      std::atomic<bool> go{false};
      bool older_ends = false;
      std::thread older([&] {
         while (!go.load()) {
         }
         for (int spin = 0; spin < i % 200; ++spin)
            std::this_thread::yield();
         older_ends = static_cast<bool>(let_go(pair.older));
      });
      go.store(true);
      const bool newer_goes_on = static_cast<bool>(settle(pair.newer, std::chrono::milliseconds(i % 2)));
      older.join();
      ASSERT_EQ(older_ends, newer_goes_on) << "turn " << i;
   }
}

} // namespace
} // namespace nebula::host::handover
