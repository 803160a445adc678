#include <gtest/gtest.h>

#include "scripted_pool.h"

#include <nebula/svc/work-source.h>

namespace nebula::upstream::test {

/// Three pools that fail in every way, for half an hour each, and a client that goes over to another process now and
/// then; whatever happens, no share is settled twice or never, no
/// nonce is searched twice, no pool sees a share of another connection, and in the end work comes from the best pool.
TEST(UpstreamSimulation, keeps_its_rules_over_every_fault) {
   for (std::uint64_t seed = 1; seed <= 24; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      constexpr Dialect k_dialects[] = {Dialect::xmrig, Dialect::bitcoin, Dialect::ergo, Dialect::cosmic};
      ClientSettings chosen = settings(k_dialects[seed % 4], 3, seed);
      if (seed % 3 == 0 && chosen.book.dialect == Dialect::cosmic)
         chosen.book.split = Split::connections;
      World world(chosen, seed);
      world.sinks = chosen.book.split == Split::connections ? 5 : 4 + seed % 40;
      world.share_every_ns = 150 * k_ms;
      for (int step = 0; step < 180; ++step) {
         ScriptedPool &pool = world.pool(world.random() % 3);
         switch (world.random() % 14) {
         case 0:
         case 1:
         case 2:
            pool.new_block();
            break;
         case 3:
            pool.change_difficulty(1 + world.random() % 10'000);
            break;
         case 4:
            pool.drop_all();
            break;
         case 5:
            pool.mood = static_cast<Mood>(world.random() % 5);
            break;
         case 6:
            pool.mood = Mood::refusing;
            pool.drop_all();
            break;
         case 7:
            pool.tell_all(R"({"method":"mining.notify","params":[]})");
            break;
         case 8:
            pool.tell_all(R"({"id":null,"method":"client.reconnect","params":[]})");
            break;
         case 9:
         case 10:
            world.take_over();
            break;
         default:
            pool.mood = Mood::well;
         }
         world.run((1 + world.random() % 20) * k_second);
      }
      for (std::size_t i = 0; i < 3; ++i)
         world.pool(i).mood = Mood::well;
      world.run(300 * k_second);
      EXPECT_TRUE(world.client.view().serving);
      EXPECT_EQ(world.client.view().active, 0u);
      EXPECT_GT(world.outcomes[NEB_WORK_ACCEPTED], 500u);
      EXPECT_GT(world.taken_over, 5u);
      // A new block is on its way to us while shares are on theirs; that is all that may be stale.
      const std::uint64_t stale = world.pool(0).stale + world.pool(1).stale + world.pool(2).stale;
      EXPECT_LT(stale * 20, world.outcomes[NEB_WORK_ACCEPTED]);
      world.stop();
      EXPECT_EQ(world.summary(), "");
   }
}

/// Pools that are well, and one process after the other: no connection is opened or closed, and no share is lost.
TEST(UpstreamSimulation, goes_from_process_to_process_unseen) {
   for (const Dialect dialect : {Dialect::xmrig, Dialect::bitcoin, Dialect::ergo, Dialect::cosmic}) {
      SCOPED_TRACE(static_cast<int>(dialect));
      World world(settings(dialect, 2, 1), 1);
      world.sinks = 10;
      world.run(20 * k_second);
      const std::size_t guests = world.pool(0).guests();
      for (int i = 0; i < 20; ++i) {
         if (i % 3 == 0)
            world.pool(0).new_block();
         if (i % 5 == 0)
            world.pool(0).change_difficulty(100 + static_cast<std::uint64_t>(i));
         world.take_over();
         world.run(3 * k_second);
      }
      EXPECT_EQ(world.taken_over, 20u);
      EXPECT_EQ(world.pool(0).guests(), guests);
      EXPECT_EQ(world.pool(1).guests(), 0u);
      EXPECT_GT(world.outcomes[NEB_WORK_ACCEPTED], 200u);
      EXPECT_EQ(world.outcomes[NEB_WORK_LOST] + world.outcomes[NEB_WORK_INVALID] + world.outcomes[NEB_WORK_LOW], 0u);
      world.stop();
      EXPECT_EQ(world.summary(), "");
   }
}

} // namespace nebula::upstream::test
