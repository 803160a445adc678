#include "../fuzz/seed.h"
#include "world.h"

#include "accounts/codec.h"

namespace nebula::pool {
namespace {

std::string state_of(World &world) {
   accounts::RecordWriter out;
   world.pool.save(out);
   return std::string(common::as_text(out.bytes()));
}

/// The state is one that a pool takes, to the last byte.
void goes_in(const std::string &name, const std::string &made, std::size_t connections) {
   const std::string kept = test::kept_seed("pool_handover", name, made);
   World fresh(false);
   accounts::RecordReader in(common::as_bytes(kept));
   ASSERT_NO_THROW({
      EXPECT_TRUE(fresh.pool.restore(in, {0}).empty());
      in.end();
   }) << name
      << " is of another version: run this test with NEBULA_UPDATE=1";
   EXPECT_EQ(fresh.pool.connections(), connections);
}

TEST(PoolHandoverSeed, is_a_pool_without_anybody) {
   World world;
   goes_in("work", state_of(world), 0);
}

TEST(PoolHandoverSeed, is_a_pool_with_miners_of_two_dialects_their_shares_and_who_left) {
   World world;
   const Lines welcome = world.log_in(1, "ZION_A.rig+50");
   const std::string notify = welcome[1].substr(welcome[1].find('\n') + 1);
   EXPECT_NE(world.submit(1, "zion_ch_000001", World::search(notify, 50, true)).at(0).find("true"), std::string::npos);
   world.open(2);
   (void)world.say(
      2, R"({"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"ZION_B","pass":"x","algo":["rx/0"]}})");
   world.open(3); // who has not said anything
   (void)world.log_in(4, "ZION_C.rig");
   world.pool.closed(4, world.now);
   (void)world.log_in(5, "ZION_D.rig");
   EXPECT_EQ(world.pool.ban("ZION_D", 60 * k_s, world.now), 1u);
   world.pool.closed(5, world.now);
   world.give_work(false);
   world.give_work(true);
   goes_in("miners", state_of(world), 3);
}

TEST(PoolHandoverSeed, is_a_pool_whose_work_has_a_coinbase) {
   World world(false);
   Template work;
   work.id = 7;
   work.kind = NEB_WORK_COINBASE;
   work.extranonce_size = 12;
   work.algorithm = "cosmic-harmony";
   work.coin = "zion";
   work.network_target = work.submit_target = target_of(1'000);
   work.coinbase.emplace();
   work.coinbase->coinb1 = {1, 2, 3};
   work.coinbase->coinb2 = {4, 5};
   work.coinbase->branches.emplace_back();
   world.pool.work(0, std::move(work));
   world.open(1);
   (void)world.say(1, R"({"id":1,"method":"mining.subscribe","params":["cpuminer"]})");
   (void)world.say(1, R"({"id":2,"method":"mining.authorize","params":["ZION_A","x"]})");
   goes_in("coinbase", state_of(world), 1);
}

} // namespace
} // namespace nebula::pool
