#include <gtest/gtest.h>

#include "scripted_pool.h"

#include "common/share_target.h"

#include <nebula/svc/work-source.h>

#include <set>

namespace nebula::upstream::test {

TEST(UpstreamClient, work_comes_from_the_preferred_pool_and_shares_go_there) {
   for (const Dialect dialect : {Dialect::xmrig, Dialect::bitcoin, Dialect::ergo, Dialect::cosmic}) {
      World world(settings(dialect, 2, 1), 1);
      world.run(60 * k_second);
      ASSERT_TRUE(world.offer);
      EXPECT_GT(world.pool(0).accepted, 100u);
      EXPECT_EQ(world.pool(1).guests(), 0u);
      EXPECT_TRUE(world.client.view().serving);
      EXPECT_GT(world.client.view().rtt_p50_ns, 0u);
      world.stop();
      EXPECT_EQ(world.summary(), "");
      EXPECT_EQ(world.outcomes[NEB_WORK_ACCEPTED], world.pool(0).accepted - world.outcomes[NEB_WORK_LOST]);
   }
}

TEST(UpstreamClient, another_pool_takes_over_within_five_seconds_however_the_first_one_fails) {
   for (const Mood mood : {Mood::refusing, Mood::silent, Mood::garbled, Mood::barring}) {
      World world(settings(Dialect::cosmic, 2, 7), 7);
      world.run(20 * k_second);
      world.pool(0).mood = mood;
      world.pool(0).drop_all();
      const std::uint64_t died = world.now;
      world.run(10 * k_second);
      ASSERT_TRUE(world.client.view().serving);
      EXPECT_EQ(world.client.view().active, 1u);
      EXPECT_GT(world.pool(1).accepted, 0u);
      EXPECT_TRUE(world.offer->clean) << "what the first one gave is worthless";
      EXPECT_LT(world.offered_ns - died, 5 * k_second);
      world.stop();
      EXPECT_EQ(world.summary(), "");
   }
}

TEST(UpstreamClient, a_pool_that_is_well_again_is_gone_back_to_when_it_stays_so) {
   World world(settings(Dialect::cosmic, 2, 3), 3);
   world.run(10 * k_second);
   world.pool(0).mood = Mood::refusing;
   world.pool(0).drop_all();
   world.run(120 * k_second);
   EXPECT_EQ(world.client.view().active, 1u);
   world.pool(0).mood = Mood::well;
   world.run(25 * k_second);
   EXPECT_EQ(world.client.view().active, 1u) << "not at once";
   world.run(100 * k_second);
   EXPECT_EQ(world.client.view().active, 0u);
   const std::uint64_t before = world.pool(1).accepted;
   world.run(20 * k_second);
   EXPECT_EQ(world.pool(1).accepted, before);
   EXPECT_EQ(world.pool(1).guests(), 0u);
   EXPECT_EQ(world.client.view().changes, 2u);
   world.stop();
   EXPECT_EQ(world.summary(), "");
}

TEST(UpstreamClient, a_pool_alone_is_tried_with_growing_pauses) {
   World world(settings(Dialect::cosmic, 1, 4), 4);
   world.pool(0).mood = Mood::refusing;
   world.run(600 * k_second);
   const std::uint64_t failures = world.client.view().pools[0].failures;
   EXPECT_GT(failures, 10u);
   EXPECT_LT(failures, 40u) << "half a minute to a minute between them";
   world.pool(0).mood = Mood::well;
   world.run(70 * k_second);
   EXPECT_TRUE(world.client.view().serving);
   world.stop();
   EXPECT_EQ(world.summary(), "");
}

TEST(UpstreamClient, nodes_that_lost_a_pool_together_do_not_come_back_together) {
   // When each notices its eighth failure, in seconds: the pauses have grown to their longest by then.
   std::set<std::uint64_t> seconds;
   for (std::uint64_t node = 0; node < 8; ++node) {
      World world(settings(Dialect::cosmic, 1, 100 + node), 9);
      world.run(10 * k_second);
      world.pool(0).mood = Mood::refusing;
      world.pool(0).drop_all();
      while (world.client.view().pools[0].failures < 8)
         world.run(k_second);
      seconds.insert(world.now / k_second);
      world.stop();
   }
   EXPECT_GE(seconds.size(), 6u);
   EXPECT_GE(*seconds.rbegin() - *seconds.begin(), 10u);
}

TEST(UpstreamClient, a_pool_that_restarts_gets_no_share_of_before) {
   World world(settings(Dialect::cosmic, 1, 5), 5);
   world.share_every_ns = 20 * k_ms;
   world.run(20 * k_second);
   world.pool(0).mood = Mood::refusing;
   world.pool(0).drop_all();
   world.run(3 * k_second);
   world.pool(0).new_block();
   world.pool(0).mood = Mood::well;
   const std::uint64_t stale = world.pool(0).stale;
   world.run(20 * k_second);
   EXPECT_TRUE(world.client.view().serving);
   EXPECT_EQ(world.pool(0).stale, stale);
   EXPECT_GT(world.outcomes[NEB_WORK_LOST], 0u);
   world.stop();
   EXPECT_EQ(world.summary(), "");
}

TEST(UpstreamClient, more_sinks_than_a_connection_can_feed_open_further_ones) {
   ClientSettings wide = settings(Dialect::xmrig, 1, 6);
   World world(wide, 6);
   world.share_every_ns = 0;
   world.run(2 * k_second);
   const auto derive_all = [&] {
      std::size_t fed = 0;
      for (std::uint32_t sink = 0; sink < 1'000; ++sink) {
         const Bytes name = {0, 0, static_cast<std::uint8_t>(sink >> 8), static_cast<std::uint8_t>(sink)};
         Input input;
         fed += world.client.book().derive(world.offer->id, name, world.now, input) == Derived::good;
      }
      return fed;
   };
   EXPECT_EQ(derive_all(), 256u);
   world.run(2 * k_second);
   EXPECT_EQ(derive_all(), 1'000u);
   EXPECT_EQ(world.client.view().connections, 4u);
   world.pool(0).new_block();
   world.run(k_second);
   EXPECT_EQ(derive_all(), 1'000u) << "a new block comes to all of them at once";
   EXPECT_TRUE(world.offer->clean);
   world.stop();
   EXPECT_EQ(world.summary(), "");
}

TEST(UpstreamClient, a_change_of_difficulty_is_the_same_template) {
   World world(settings(Dialect::cosmic, 1, 8), 8);
   world.run(5 * k_second);
   const std::uint64_t id = world.offer->id;
   world.pool(0).change_difficulty(5'000);
   world.run(k_second);
   EXPECT_EQ(world.offer->id, id);
   EXPECT_EQ(world.offer->submit_target, common::target_of_cosmic(common::cosmic_target32(5'000)));
   world.run(10 * k_second);
   world.stop();
   EXPECT_EQ(world.summary(), "");
}

TEST(UpstreamClient, a_flood_of_jobs_makes_few_templates) {
   World world(settings(Dialect::cosmic, 1, 9), 9);
   world.run(5 * k_second);
   const std::uint64_t id = world.offer->id;
   for (int i = 0; i < 1'000; ++i)
      world.pool(0).new_block();
   world.run(k_second);
   EXPECT_LE(world.offer->id, id + 21);
   world.stop();
   EXPECT_EQ(world.summary(), "");
}

TEST(UpstreamClient, a_pool_may_send_us_on_within_its_own_domain_only) {
   EXPECT_TRUE(may_redirect("eu.example.org", ""));
   EXPECT_TRUE(may_redirect("eu.example.org", "eu.example.org"));
   EXPECT_TRUE(may_redirect("eu.example.org", "us.example.org"));
   EXPECT_TRUE(may_redirect("eu.example.org", "a.b.example.org"));
   EXPECT_TRUE(may_redirect("eu.example.org", "example.org"));
   EXPECT_TRUE(may_redirect("example.org", "eu.example.org"));
   EXPECT_TRUE(may_redirect("pool.example.co.uk", "eu.example.co.uk"));
   EXPECT_FALSE(may_redirect("example.org", "other.org"));
   EXPECT_FALSE(may_redirect("eu.example.org", "notexample.org"));
   EXPECT_FALSE(may_redirect("eu.example.org", "example.org.evil.net"));
   EXPECT_FALSE(may_redirect("pool.co.uk", "evil.co.uk"));
   EXPECT_FALSE(may_redirect("192.168.1.5", "10.168.1.5"));
   EXPECT_FALSE(may_redirect("localhost", "evil"));

   World world(settings(Dialect::cosmic, 2, 10), 10);
   world.run(5 * k_second);
   world.pool(0).tell_all(R"({"id":null,"method":"client.reconnect","params":["evil.net",1,0]})");
   world.run(5 * k_second);
   EXPECT_EQ(world.notes.back().kind, Note::Kind::refused_redirect);
   EXPECT_TRUE(world.client.view().serving);
   world.pool(0).tell_all(R"({"id":null,"method":"client.reconnect","params":["us.example.org",4444,0]})");
   world.run(5 * k_second);
   EXPECT_EQ(world.client.view().active, 0u);
   EXPECT_EQ(world.client.view().reconnects, 1u);
   EXPECT_EQ(world.client.view().pools[0].failures, 0u);
   world.stop();
   EXPECT_EQ(world.summary(), "");
}

} // namespace nebula::upstream::test
