#include "world.h"

/// Work of a source that is itself a pool's miner: it wants shares, not blocks, and may have too little for everybody.

namespace nebula::pool {
namespace {

Template upstream_work(std::uint64_t id, Difficulty submit, bool clean) {
   Template work;
   work.id = id;
   work.kind = NEB_WORK_COMMITMENT;
   work.extranonce_size = 4;
   work.height = 7;
   work.clean = clean;
   work.algorithm = "cosmic-harmony";
   work.network_target = U256(0);
   work.network_difficulty = difficulty_of(work.network_target);
   work.submit_target = target_of(submit);
   work.submit_difficulty = submit;
   return work;
}

void broadcast(World &world) {
   while (world.pool.broadcast(1, world.now))
      ;
}

std::string notify_of(const Lines &lines) {
   const std::string &last = lines.back();
   return last.substr(last.find("{\"id\":null,\"method\":\"mining.notify\""));
}

} // namespace

TEST(UpstreamWork, no_share_is_asked_to_be_harder_than_the_source_wants) {
   World world;
   world.pool.work(0, upstream_work(101, 30, true));
   const Lines welcome = world.log_in(1);
   EXPECT_NE(welcome.back().find(R"("method":"mining.set_difficulty","params":[30])"), std::string::npos);
   const std::string notify = notify_of(welcome);
   const std::string job = World::job_of(notify);
   EXPECT_EQ(world.submit(1, job, World::search(notify, 30, true)).at(0),
             "{\"id\":3,\"result\":true,\"error\":null}\n");
   ASSERT_EQ(world.solutions.size(), 1u);
   EXPECT_FALSE(world.facts.back().block) << "a share of the source's is no block";

   // The same work for easier shares: told at once, and what was found before stays found.
   world.sent[1].clear();
   world.pool.work(0, upstream_work(101, 5, false));
   broadcast(world);
   ASSERT_EQ(world.sent[1].size(), 1u);
   EXPECT_NE(world.sent[1].back().find(R"("params":[5])"), std::string::npos);
   const std::string again = World::job_of(notify_of(world.sent[1]));
   EXPECT_NE(again, job);
   EXPECT_NE(world.submit(1, again, World::search(notify, 30, true)).at(0).find("Duplicate"), std::string::npos);
   // For harder ones nothing changes for the miner; what is worth less goes no further.
   world.sent[1].clear();
   world.pool.work(0, upstream_work(101, 1'000'000, false));
   broadcast(world);
   EXPECT_TRUE(world.sent[1].empty());
   const std::size_t before = world.solutions.size();
   const auto easy = World::search(notify, 30, true, 100'000);
   EXPECT_EQ(world.submit(1, again, easy).at(0), "{\"id\":3,\"result\":true,\"error\":null}\n");
   EXPECT_EQ(world.solutions.size(), before);
}

TEST(UpstreamWork, who_got_none_keeps_the_last_job_and_gets_the_next_one_when_there_is_some) {
   World world;
   world.pool.work(0, upstream_work(101, 30, true));
   const std::string notify = notify_of(world.log_in(1));
   world.sent[1].clear();
   world.pool.work(0, upstream_work(103, 30, false));
   world.forgotten = 103;
   for (int second = 0; second < 20; ++second) {
      broadcast(world);
      world.now += k_s;
      world.pool.tick(world.now);
   }
   EXPECT_TRUE(world.sent[1].empty());
   world.forgotten = 0;
   EXPECT_EQ(world.submit(1, World::job_of(notify), World::search(notify, 30, true)).at(0),
             "{\"id\":3,\"result\":true,\"error\":null}\n");
   world.sent[1].clear();
   world.now += k_s;
   world.pool.tick(world.now);
   ASSERT_FALSE(world.sent[1].empty());
   EXPECT_NE(World::job_of(notify_of(world.sent[1])), World::job_of(notify));
}

} // namespace nebula::pool
