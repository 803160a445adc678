#include "../fuzz/seed.h"
#include "scripted_pool.h"

#include <nebula/svc/work-source.h>

namespace nebula::upstream::test {
namespace {

std::vector<LaneId> taken(Client &client, std::string_view state) {
   RecordReader in(common::as_bytes(state));
   return client.restore(in, 1'100 * k_second);
}

/// The kept state is one that a client takes, and the seed of the fuzz target.
TEST(UpstreamHandoverSeed, is_a_client_with_work_shares_and_sinks) {
   for (const auto &[dialect, name] : {std::pair(Dialect::xmrig, "xmrig"),
                                       {Dialect::bitcoin, "bitcoin"},
                                       {Dialect::ergo, "ergo"},
                                       {Dialect::cosmic, "cosmic"}}) {
      World world(settings(dialect, 2, 1), 1);
      world.run(2 * k_second);
      world.pool(0).new_block();
      world.run(2 * k_second);
      // The fuzz target's first byte is the dialect.
      const std::string made = static_cast<char>(dialect) + world.state();
      const std::string kept = nebula::test::kept_seed("upstream_handover", name, made);
      Client client(settings(dialect, 2, 1));
      ASSERT_NO_THROW(EXPECT_EQ(taken(client, std::string_view(kept).substr(1)).size(), 1u))
         << name << " is of another version: run this test with NEBULA_UPDATE=1";
      EXPECT_TRUE(client.book().current());
      EXPECT_TRUE(client.view().serving);
   }
}

TEST(UpstreamHandover, a_successor_without_the_pool_keeps_the_work_and_connects_anew) {
   World world(settings(Dialect::cosmic, 1, 1), 1);
   world.run(2 * k_second);
   const std::uint64_t id = world.offer->id;
   const std::string state = world.state();
   ClientSettings other = settings(Dialect::cosmic, 1, 1);
   other.pools[0].account.user = "Somebody else";
   Client client(other);
   EXPECT_TRUE(taken(client, state).empty());
   EXPECT_FALSE(client.view().serving);
   ASSERT_TRUE(client.book().current());
   EXPECT_EQ(client.book().current()->id, id);
   Input input;
   EXPECT_EQ(client.book().derive(id, Bytes{0, 0, 0, 0}, 1'101 * k_second, input), Derived::good);
   client.tick(1'101 * k_second);
   const auto effects = client.take_effects();
   ASSERT_EQ(effects.size(), 1u);
   EXPECT_TRUE(std::holds_alternative<Connect>(effects[0]));
}

TEST(UpstreamHandover, a_successor_that_mines_something_else_gives_no_id_again) {
   World world(settings(Dialect::cosmic, 1, 1), 1);
   world.run(2 * k_second);
   const std::uint64_t id = world.offer->id;
   const std::string state = world.state();
   Client client(settings(Dialect::ergo, 1, 1));
   EXPECT_TRUE(taken(client, state).empty());
   EXPECT_FALSE(client.book().current());
   EXPECT_GT(client.book().next_id(), id);
}

TEST(UpstreamHandover, a_damaged_state_is_refused) {
   World world(settings(Dialect::xmrig, 1, 1), 1);
   world.run(2 * k_second);
   const std::string state = world.state();
   for (std::size_t size = 0; size < state.size(); size += 7) {
      Client client(settings(Dialect::xmrig, 1, 1));
      EXPECT_THROW(
         {
            RecordReader in(common::as_bytes(std::string_view(state).substr(0, size)));
            (void)client.restore(in, world.now);
            in.end();
         },
         Error)
         << size;
   }
}

} // namespace
} // namespace nebula::upstream::test
