#include <gtest/gtest.h>

#include "core/fair_queue.h"

#include <random>

namespace nebula::pool {
namespace {

TEST(FairQueue, whoever_floods_it_delays_others_by_one_turn_of_each) {
   FairQueue<int, int> queue;
   for (int i = 0; i < 1'000; ++i)
      queue.push(7, i); // a flood
   queue.push(3, -1);
   queue.push(9, -2);
   EXPECT_EQ(queue.pop(), -1) << "after nobody comes the first";
   EXPECT_EQ(queue.pop(), 0);
   EXPECT_EQ(queue.pop(), -2);
   queue.push(3, -3);
   EXPECT_EQ(queue.pop(), -3);
   EXPECT_EQ(queue.pop(), 1) << "each owner's own are in order";
}

TEST(FairQueue, gives_each_that_waits_a_turn_before_anybody_has_a_second_one) {
   std::mt19937_64 random(6);
   FairQueue<unsigned, unsigned> queue;
   std::map<unsigned, unsigned> waiting; // owner -> things in the queue
   std::map<unsigned, unsigned> passed;  // owner that waits -> turns of others since it last had one
   for (int step = 0; step < 200'000; ++step) {
      if (random() % 2 == 0 || queue.empty()) {
         const auto owner = static_cast<unsigned>(random() % 4 == 0 ? random() % 20 : 5);
         queue.push(owner, owner);
         ++waiting[owner];
         passed.emplace(owner, 0);
         continue;
      }
      const unsigned owner = queue.pop();
      ASSERT_GT(waiting[owner], 0u);
      for (auto &[other, turns] : passed)
         ASSERT_LE(other == owner ? turns : ++turns, 20u) << other;
      passed.erase(owner);
      if (--waiting[owner] > 0)
         passed.emplace(owner, 0);
   }
}

} // namespace
} // namespace nebula::pool
