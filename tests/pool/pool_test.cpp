#include "world.h"

#include "accounts/codec.h"

namespace nebula::pool {
namespace {

TEST(Pool, answers_the_recorded_session_of_cosmic_harmony) {
   World world;
   world.open(1);
   EXPECT_EQ(
      world.say(1, R"({"id":1,"method":"mining.subscribe","params":["miner/1.0"]})"),
      Lines{"{\"id\":1,\"result\":[[\"mining.set_difficulty\",\"mining.notify\"],\"00000001\",8],\"error\":null}\n"});
   const Lines welcome =
      world.say(1, R"({"id":2,"method":"mining.authorize","params":["ZION_A.rig","cosmic_harmony"]})");
   ASSERT_EQ(welcome.size(), 2u);
   EXPECT_EQ(welcome[0], "{\"id\":2,\"result\":true,\"error\":null}\n");
   const std::size_t cut = welcome[1].find('\n') + 1;
   EXPECT_EQ(welcome[1].substr(0, cut), "{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[50]}\n");
   const std::string notify = welcome[1].substr(cut);
   EXPECT_EQ(notify, "{\"id\":null,\"method\":\"mining.notify\",\"params\":[\"zion_ch_000001\","
                     "\"0101010101010101000000010000000101010101010101010101010101010101\",\"051eb851\",1001,true]}\n");

   const auto good = World::search(notify, 50, true);
   EXPECT_EQ(world.submit(1, "zion_ch_000001", good), Lines{"{\"id\":3,\"result\":true,\"error\":null}\n"});
   EXPECT_EQ(world.submit(1, "zion_ch_000001", good),
             Lines{"{\"id\":3,\"result\":false,\"error\":{\"code\":-1,\"message\":\"Duplicate share\"}}\n"});
   EXPECT_EQ(world.submit(1, "zion_ch_000001", World::search(notify, 50, false)),
             Lines{"{\"id\":3,\"result\":false,\"error\":{\"code\":-1,\"message\":\"Low difficulty share\"}}\n"});
   auto forged = World::search(notify, 50, true, 1'000);
   forged.second.back() = forged.second.back() == '0' ? '1' : '0';
   EXPECT_EQ(world.submit(1, "zion_ch_000001", forged),
             Lines{"{\"id\":3,\"result\":false,\"error\":{\"code\":-1,\"message\":\"Invalid share\"}}\n"});
   EXPECT_EQ(world.submit(1, "zion_ch_000099", good),
             Lines{"{\"id\":3,\"result\":false,\"error\":{\"code\":-1,\"message\":\"Stale share\"}}\n"});
   ASSERT_EQ(world.facts.size(), 5u);
   EXPECT_EQ(world.facts[0].verdict, Verdict::accepted);
   EXPECT_EQ(world.facts[0].difficulty, 50u);
   EXPECT_EQ(world.facts[3].verdict, Verdict::invalid);
   EXPECT_TRUE(world.solutions.empty());
}

TEST(Pool, takes_no_share_without_a_login) {
   World world;
   world.open(1);
   (void)world.say(1, R"({"id":1,"method":"mining.subscribe","params":["miner/1.0"]})");
   EXPECT_EQ(world.submit(1, "zion_ch_000001", {"00000000", std::string(64, '0')}),
             Lines{"{\"id\":3,\"result\":false,\"error\":{\"code\":-4,\"message\":\"Not authorized\"}}\n"});
   EXPECT_TRUE(world.facts.empty());
}

TEST(Pool, gives_every_connection_other_work) {
   World world;
   const std::string one = world.log_in(1)[1], two = world.log_in(2)[1];
   EXPECT_NE(one, two);
   EXPECT_NE(one.find("00000001000000010101"), std::string::npos);
   EXPECT_NE(two.find("00000002000000010101"), std::string::npos);
}

TEST(Pool, gives_each_job_work_of_its_own_to_miners_that_begin_at_nonce_0_with_each) {
   World world;
   const Lines welcome = world.log_in(1);
   const std::string first = welcome[1].substr(welcome[1].find('\n') + 1);
   const auto found = World::search(first, 50, true);
   EXPECT_EQ(world.submit(1, World::job_of(first), found).at(0), "{\"id\":3,\"result\":true,\"error\":null}\n");
   world.sent[1].clear();
   world.now += world.pool.settings().job_repeat_ns + k_s;
   while (world.pool.tick(world.now))
      ;
   ASSERT_FALSE(world.sent[1].empty()) << "the job is repeated";
   const std::string &lines = world.sent[1].back();
   const std::string again = lines.substr(lines.find("{\"id\":null,\"method\":\"mining.notify\""));
   EXPECT_NE(World::search(again, 50, true), found);
   EXPECT_NE(again.find("00000001000000020101"), std::string::npos) << again;
   EXPECT_EQ(world.submit(1, World::job_of(again), World::search(again, 50, true)).at(0),
             "{\"id\":3,\"result\":true,\"error\":null}\n");
   EXPECT_NE(world.submit(1, World::job_of(first), found).at(0).find("Duplicate share"), std::string::npos)
      << "and what was found for the earlier one stays found";
}

TEST(Pool, hands_a_share_that_is_a_block_to_the_source) {
   World world;
   world.network_difficulty = 200;
   world.give_work(true);
   const Lines welcome = world.log_in(1);
   const std::string notify = welcome[1].substr(welcome[1].find('\n') + 1);
   EXPECT_EQ(world.submit(1, World::job_of(notify), World::search(notify, 200, true)).at(0),
             "{\"id\":3,\"result\":true,\"error\":null}\n");
   ASSERT_EQ(world.solutions.size(), 1u);
   EXPECT_EQ(world.solutions[0].worker, "ZION_A.rig");
   EXPECT_EQ(world.solutions[0].template_id, 3u);
   EXPECT_EQ(common::to_hex(world.solutions[0].extranonce), "0000000100000001");
   EXPECT_TRUE(world.facts.back().solution);
}

TEST(Pool, answers_and_hands_in_only_what_is_booked) {
   World world;
   world.hold = true;
   world.network_difficulty = 200;
   world.give_work(true);
   const Lines welcome = world.log_in(1, "ZION_A.rig+50");
   const std::string notify = welcome[1].substr(welcome[1].find('\n') + 1);
   const std::string job = World::job_of(notify);
   const auto block = World::search(notify, 200, true);
   EXPECT_EQ(world.submit(1, job, block), Lines{});
   EXPECT_EQ(world.submit(1, job, block), Lines{}) << "a duplicate, but not its turn";
   EXPECT_TRUE(world.solutions.empty());
   EXPECT_TRUE(world.facts[0].block);
   world.pool.booked(1, world.now);
   EXPECT_EQ(world.sent[1].size(), 2u);
   ASSERT_EQ(world.solutions.size(), 1u);
   EXPECT_EQ(world.solutions[0].receipt, 1u);
   EXPECT_TRUE(world.solutions[0].block);

   const auto next =
      World::search(notify, 200, true, static_cast<std::uint32_t>(std::stoul(block.first, nullptr, 16)) + 1);
   EXPECT_EQ(world.submit(1, job, next), Lines{});
   world.now += 2 * k_s;
   world.pool.tick(world.now);
   EXPECT_EQ(world.solutions.size(), 2u) << "a disk that hangs must not cost a block";
   EXPECT_EQ(world.sent[1], Lines{});
   world.pool.booked(2, world.now);
   EXPECT_EQ(world.solutions.size(), 2u);
   EXPECT_EQ(world.sent[1].size(), 1u);
}

TEST(Pool, gives_the_job_of_a_broadcast_with_an_answer_that_is_due) {
   World world;
   world.hold = true;
   world.give_work(true);
   const Lines welcome = world.log_in(1, "ZION_A.rig+50");
   const std::string notify = welcome[1].substr(welcome[1].find('\n') + 1);
   EXPECT_EQ(world.submit(1, World::job_of(notify), World::search(notify, 50, true)), Lines{});
   world.pool.booked(0, world.now);
   EXPECT_EQ(world.sent[1], Lines{}) << "nothing is due";
   world.begin_work(true);
   world.pool.booked(1, world.now);
   ASSERT_EQ(world.sent[1].size(), 2u);
   EXPECT_NE(world.sent[1][0].find("\"result\":true"), std::string::npos) << world.sent[1][0];
   EXPECT_NE(world.sent[1][1].find("mining.notify"), std::string::npos);
   world.sent[1].clear();
   EXPECT_FALSE(world.pool.broadcast(10, world.now));
   EXPECT_EQ(world.sent[1], Lines{}) << "the job a second time";
}

TEST(Pool, pushes_new_work_and_refuses_shares_of_work_that_it_made_worthless) {
   World world;
   const Lines welcome = world.log_in(1);
   const std::string old = welcome[1].substr(welcome[1].find('\n') + 1);
   const auto found = World::search(old, 50, true);
   world.sent[1].clear();
   world.give_work(false);
   ASSERT_EQ(world.sent[1].size(), 1u);
   EXPECT_NE(world.sent[1][0].find("zion_ch_000002"), std::string::npos);
   EXPECT_NE(world.sent[1][0].find(",false]"), std::string::npos);
   EXPECT_EQ(world.submit(1, "zion_ch_000001", found).at(0), "{\"id\":3,\"result\":true,\"error\":null}\n")
      << "a new template at the same height leaves the old one good";
   world.sent[1].clear();
   world.give_work(true);
   EXPECT_NE(world.sent[1].at(0).find(",true]"), std::string::npos);
   EXPECT_EQ(world.submit(1, "zion_ch_000001", World::search(old, 50, true, 1'000)).at(0),
             "{\"id\":3,\"result\":false,\"error\":{\"code\":-1,\"message\":\"Stale share\"}}\n");
   EXPECT_EQ(world.facts.back().verdict, Verdict::stale);
}

TEST(Pool, answers_in_the_order_of_the_questions_however_long_a_hash_takes) {
   World world;
   world.slow = true;
   const Lines welcome = world.log_in(1, "ZION_A.rig+50");
   const std::string notify = welcome[1].substr(welcome[1].find('\n') + 1);
   const auto first = World::search(notify, 50, true);
   const auto second =
      World::search(notify, 50, true, static_cast<std::uint32_t>(std::stoul(first.first, nullptr, 16)) + 1);
   EXPECT_EQ(world.submit(1, "zion_ch_000001", first), Lines{});
   EXPECT_EQ(world.submit(1, "zion_ch_000001", first), Lines{}) << "known to be a duplicate, but not its turn";
   EXPECT_EQ(world.submit(1, "zion_ch_000001", second), Lines{});
   ASSERT_EQ(world.tasks.size(), 2u);
   const auto finish = [&](const HashTask &task) {
      world.pool.hashed(task.ticket, cosmic_harmony::hash(task.input.bytes, static_cast<std::uint32_t>(task.nonce)), {},
                        world.now);
   };
   world.sent[1].clear();
   finish(world.tasks[1]);
   EXPECT_EQ(world.sent[1], Lines{});
   finish(world.tasks[0]);
   ASSERT_EQ(world.sent[1].size(), 3u);
   EXPECT_NE(world.sent[1][0].find("true"), std::string::npos);
   EXPECT_NE(world.sent[1][1].find("Duplicate share"), std::string::npos);
   EXPECT_NE(world.sent[1][2].find("true"), std::string::npos);
}

TEST(Pool, bounds_what_one_connection_may_have_verified) {
   World world;
   world.slow = true;
   const Lines welcome = world.log_in(1, "ZION_A.rig+50");
   const std::string notify = welcome[1].substr(welcome[1].find('\n') + 1);
   std::uint32_t from = 0;
   for (std::size_t i = 0; i < Session::k_awaiting_max; ++i) {
      const auto found = World::search(notify, 50, true, from);
      from = static_cast<std::uint32_t>(std::stoul(found.first, nullptr, 16)) + 1;
      EXPECT_EQ(world.submit(1, "zion_ch_000001", found), Lines{});
   }
   EXPECT_EQ(world.submit(1, "zion_ch_000001", World::search(notify, 50, true, from)), Lines{}) << "it has to wait";
   EXPECT_EQ(world.tasks.size(), Session::k_awaiting_max);
   for (const HashTask &task : std::exchange(world.tasks, {}))
      world.pool.hashed(task.ticket, cosmic_harmony::hash(task.input.bytes, static_cast<std::uint32_t>(task.nonce)), {},
                        world.now);
   ASSERT_EQ(world.sent[1].size(), Session::k_awaiting_max + 1);
   EXPECT_NE(world.sent[1].back().find("too many shares at once"), std::string::npos);
}

TEST(Pool, bans_a_worker_of_whose_shares_most_are_bad_and_lets_it_back_in_after_the_time) {
   World world;
   (void)world.log_in(1);
   for (int i = 0; i < 200; ++i)
      (void)world.submit(1, "zion_ch_000001", {hex32(static_cast<std::uint32_t>(i)), std::string(64, 'f')});
   EXPECT_EQ(world.closing[1], "banned for invalid shares");
   world.pool.closed(1, world.now);
   const Lines again = world.log_in(2);
   ASSERT_EQ(again.size(), 1u);
   EXPECT_NE(again[0].find("Banned"), std::string::npos);
   world.pool.closed(2, world.now);
   world.now += 600 * k_s;
   EXPECT_EQ(world.log_in(3).size(), 2u);
   EXPECT_EQ(world.log_in(4, "ZION_B.rig").size(), 2u) << "others were never concerned";
}

TEST(Pool, speaks_xmrig_on_the_same_port) {
   World world;
   world.open(1);
   const Lines welcome = world.say(
      1,
      R"J({"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"W","pass":"x","agent":"XMRig/6.26.0","algo":["cn/r","rx/0"]}})J");
   ASSERT_EQ(welcome.size(), 1u);
   JsonLine line;
   ASSERT_EQ(line.parse(std::string_view(welcome[0]).substr(0, welcome[0].size() - 1)), nullptr) << welcome[0];
   const auto result = line.root()["result"];
   EXPECT_EQ(result["status"].plain(), "OK");
   EXPECT_EQ(result["id"].plain()->size(), 16u);
   const auto job = result["job"];
   EXPECT_EQ(job["blob"].plain()->size(), 2u * 76);
   EXPECT_EQ(job["algo"].plain(), "rx/0");
   EXPECT_EQ(job["seed_hash"].plain(), common::to_hex(common::Bytes(32, 0xab)));
   EXPECT_EQ(job["target"].plain(), "b81e85eb51b81e05") << "floor((2^64 - 1) / 50) = 0x051eb851eb851eb8, little-endian";
   EXPECT_EQ(job["job_id"].plain(), "1");

   EXPECT_EQ(world.say(1, R"({"id":9,"jsonrpc":"2.0","method":"keepalived","params":{"id":"x"}})"),
             Lines{"{\"id\":9,\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"status\":\"KEEPALIVED\"}}\n"});
   EXPECT_EQ(
      world.say(1, R"({"id":2,"jsonrpc":"2.0","method":"submit","params":{"id":"x","job_id":"1","nonce":"28000000",)"
                   R"("result":"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}})"),
      Lines{"{\"id\":2,\"jsonrpc\":\"2.0\",\"error\":{\"code\":-1,\"message\":\"Low difficulty share\"}}"
            "\n"});
   EXPECT_EQ(world.say(1, R"({"id":2,"jsonrpc":"2.0","method":"login","params":{"login":"W","algo":["cn/r"]}})").size(),
             1u);
}

TEST(Pool, never_sends_xmrig_the_same_job_twice) {
   World world;
   world.open(1);
   (void)world.say(1, R"({"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"W+1000"}})");
   world.sent[1].clear();
   for (int i = 0; i < 200; ++i) {
      world.now += k_s;
      world.pool.tick(world.now);
   }
   EXPECT_EQ(world.sent[1], Lines{});
   world.give_work(false);
   EXPECT_EQ(world.sent[1].size(), 1u);
}

TEST(Pool, keeps_a_difficulty_that_the_miner_fixed_within_the_port_s_limits) {
   World world;
   EXPECT_NE(world.log_in(1, "ZION_A.a+777")[1].find("[777]"), std::string::npos);
   EXPECT_NE(world.log_in(2, "ZION_A.b+9999999")[1].find("[50000]"), std::string::npos);
   world.sent[1].clear();
   for (int i = 0; i < 44; ++i) {
      world.now += k_s;
      world.pool.tick(world.now);
   }
   EXPECT_EQ(world.sent[1], Lines{});
}

TEST(Pool, freezes_the_difficulty_of_a_job) {
   World world;
   const Lines welcome = world.log_in(1);
   const std::string notify = welcome[1].substr(welcome[1].find('\n') + 1);
   // A flood makes the work harder; what was found for the easier job stays good at what that was worth.
   std::uint32_t from = 0;
   for (int i = 0; i < 20; ++i) {
      const auto found = World::search(notify, 50, true, from);
      from = static_cast<std::uint32_t>(std::stoul(found.first, nullptr, 16)) + 1;
      world.now += k_s / 1'000;
      (void)world.submit(1, "zion_ch_000001", found);
   }
   const auto accepted = std::ranges::count_if(
      world.facts, [](const ShareFact &fact) { return fact.verdict == Verdict::accepted && fact.difficulty == 50; });
   const auto stale =
      std::ranges::count_if(world.facts, [](const ShareFact &fact) { return fact.verdict == Verdict::stale; });
   EXPECT_EQ(accepted + stale, 20);
   EXPECT_GE(accepted, 4) << "a job stays good while it is one of the last five";
   EXPECT_NE(world.sent[1].empty(), true);
}

TEST(Pool, closes_who_does_not_log_in_and_who_speaks_something_else) {
   World world;
   world.open(1);
   world.now += 14 * k_s;
   world.pool.tick(world.now);
   EXPECT_FALSE(world.closing.contains(1));
   world.now += k_s;
   world.pool.tick(world.now);
   EXPECT_TRUE(world.closing.contains(1));

   world.open(2);
   EXPECT_EQ(world.say(2, R"({"id":1,"method":"eth_submitLogin","params":[]})").size(), 1u);
   EXPECT_TRUE(world.closing.contains(2));
   EXPECT_EQ(world.say(2, R"({"id":1,"method":"mining.subscribe","params":[]})"), Lines{}) << "it is being closed";

   world.open(3);
   for (int i = 0; i < 5; ++i) {
      EXPECT_FALSE(world.closing.contains(3));
      EXPECT_EQ(world.say(3, "{").size(), 1u);
   }
   EXPECT_TRUE(world.closing.contains(3));
}

TEST(Pool, lets_an_operator_ban_a_worker_and_take_it_back) {
   World world;
   (void)world.log_in(1);
   (void)world.log_in(2, "ZION_B.rig");
   EXPECT_EQ(world.pool.ban("ZION_A.other", 60 * k_s, world.now), 0u);
   EXPECT_EQ(world.pool.ban("ZION_", 60 * k_s, world.now), 0u);
   EXPECT_EQ(world.pool.unban("ZION_A.rig", world.now), 0u);
   EXPECT_EQ(world.pool.ban("ZION_A.rig", 60 * k_s, world.now), 1u);
   EXPECT_TRUE(world.closing.contains(1));
   EXPECT_FALSE(world.closing.contains(2));
   world.pool.closed(1, world.now);
   const auto refused = world.log_in(3);
   ASSERT_EQ(refused.size(), 1u);
   EXPECT_NE(refused[0].find("Banned"), std::string::npos) << refused[0];
   world.pool.closed(3, world.now);
   EXPECT_EQ(world.pool.unban("ZION_A", world.now), 1u);
   const auto back = world.log_in(4);
   ASSERT_FALSE(back.empty());
   EXPECT_NE(back[0].find(R"("result":true)"), std::string::npos) << back[0];
}

TEST(Pool, forgets_names_that_cost_nothing_and_never_a_worker_that_is_there) {
   PoolSettings settings = World::settings();
   settings.workers_max = 100;
   World world(true, settings);
   const auto names = [&](const std::string &name) {
      return std::ranges::count_if(world.pool.workers(), [&](const auto &one) { return one.second->wallet == name; });
   };
   // One with an accepted share that has left, one that is banned, and one that is there.
   const Lines welcome = world.log_in(1, "ZION_WORKED.rig");
   const std::string notify = welcome[1].substr(welcome[1].find('\n') + 1);
   EXPECT_NE(world.submit(1, World::job_of(notify), World::search(notify, 50, true)).at(0).find("true"),
             std::string::npos);
   world.pool.closed(1, world.now);
   (void)world.log_in(2, "ZION_BANNED.rig");
   EXPECT_EQ(world.pool.ban("ZION_BANNED", 3'600 * k_s, world.now), 1u);
   world.pool.closed(2, world.now);
   (void)world.log_in(3, "ZION_THERE.rig");
   world.now += settings.resume_ns;
   (void)world.pool.tick(world.now);

   // Ten thousand names of one connection.
   world.open(4);
   (void)world.say(4, R"({"id":1,"method":"mining.subscribe","params":[]})");
   for (int i = 0; i < 10'000; ++i) {
      const auto answer =
         world.say(4, R"({"id":2,"method":"mining.authorize","params":["ZION_)" + std::to_string(i) + R"(","x"]})");
      ASSERT_NE(answer.at(0).find("true"), std::string::npos) << answer.at(0);
      ASSERT_LE(world.pool.workers().size(), 100u);
   }
   for (const char *kept : {"ZION_WORKED", "ZION_BANNED", "ZION_THERE", "ZION_9999"})
      EXPECT_EQ(names(kept), 1) << kept;

   // As many that are there leave no room, and say so.
   ConnectionId next = 5;
   std::string last;
   for (; next < 200 && last.find("as many workers") == std::string::npos; ++next)
      last = world.log_in(next, "ZION_T" + std::to_string(next)).at(0);
   EXPECT_EQ(next, 5u + 97 + 1) << "who worked and left makes room at last";
   EXPECT_EQ(names("ZION_WORKED"), 0);
   EXPECT_EQ(names("ZION_BANNED"), 1);
   for (ConnectionId gone = 4; gone < next; ++gone)
      world.pool.closed(gone, world.now);
   world.now += settings.resume_ns;
   for (int i = 0; i < 3; ++i) {
      (void)world.pool.tick(world.now);
      (void)world.pool.tick(world.now);
   }
   EXPECT_EQ(world.pool.workers().size(), 2u) << "the rest went by itself";
}

TEST(Pool, tells_of_logins_and_of_their_ends) {
   World world;
   (void)world.log_in(1);
   ASSERT_EQ(world.sessions.size(), 1u);
   EXPECT_TRUE(world.sessions[0].opened);
   EXPECT_FALSE(world.sessions[0].resumed);
   EXPECT_EQ(world.sessions[0].worker->name, "rig");
   EXPECT_EQ(world.sessions[0].difficulty, 50u);
   world.now += 5 * k_s;
   world.pool.closed(1, world.now);
   ASSERT_EQ(world.sessions.size(), 2u);
   EXPECT_FALSE(world.sessions[1].opened);
   EXPECT_EQ(world.sessions[1].lived_ns, 5 * k_s);
   world.open(2);
   world.pool.closed(2, world.now);
   EXPECT_EQ(world.sessions.size(), 2u) << "who never logged in is nobody";
}

TEST(Pool, takes_advice_on_a_workers_hash_rate_from_outside) {
   World world;
   (void)world.log_in(1);
   (void)world.log_in(2, "ZION_B.rig");
   world.sent.clear();
   world.now += k_s;
   EXPECT_EQ(world.pool.advise({"ZION_C.rig", "", 1'000, 20}, world.now), 0u);
   EXPECT_EQ(world.pool.advise({"ZION_A.rig", "randomx", 1'000, 20}, world.now), 0u);
   EXPECT_TRUE(world.sent.empty());
   EXPECT_EQ(world.pool.advise({"ZION_A.rig", "cosmic-harmony", 1'000, 20}, world.now), 1u);
   ASSERT_TRUE(world.sent.contains(1));
   // A share in 20 seconds takes 20,000 hashes.
   EXPECT_NE(world.sent[1][0].find(R"("mining.set_difficulty","params":[20000])"), std::string::npos)
      << world.sent[1][0];
   EXPECT_FALSE(world.sent.contains(2));
}

TEST(Pool, goes_on_in_another_process_where_it_was) {
   World old;
   const Lines welcome = old.log_in(1, "ZION_A.rig+50");
   const std::string notify = welcome[1].substr(welcome[1].find('\n') + 1);
   const auto first = World::search(notify, 50, true);
   EXPECT_NE(old.submit(1, "zion_ch_000001", first).at(0).find("true"), std::string::npos);
   (void)old.log_in(2, "ZION_B.rig");
   old.pool.closed(2, old.now);
   ASSERT_TRUE(old.pool.settled());
   accounts::RecordWriter out;
   old.pool.save(out);

   World fresh(false);
   fresh.now = old.now + k_s;
   accounts::RecordReader in(out.bytes());
   EXPECT_TRUE(fresh.pool.restore(in, {0}).empty());
   in.end();
   EXPECT_EQ(fresh.pool.connections(), 1u);
   EXPECT_EQ(fresh.pool.sessions().find(1)->extranonce, old.pool.sessions().find(1)->extranonce);
   EXPECT_EQ(fresh.pool.workers().size(), 2u);
   EXPECT_NE(fresh.submit(1, "zion_ch_000001", first).at(0).find("Duplicate share"), std::string::npos);
   const auto second =
      World::search(notify, 50, true, static_cast<std::uint32_t>(std::stoul(first.first, nullptr, 16)) + 1);
   EXPECT_NE(fresh.submit(1, "zion_ch_000001", second).at(0).find("true"), std::string::npos)
      << "a job of the old process, with its own difficulty";
   EXPECT_EQ(fresh.facts.back().difficulty, 50u);
}

TEST(Pool, refuses_the_state_of_another_process_that_is_cut_short_or_of_another_version) {
   World old;
   (void)old.log_in(1);
   accounts::RecordWriter out;
   old.pool.save(out);
   for (std::size_t size = 0; size < out.bytes().size(); ++size) {
      World fresh(false);
      accounts::RecordReader in(common::ByteView(out.bytes()).first(size));
      EXPECT_THROW((void)fresh.pool.restore(in, {0}), nebula::Error) << size << " bytes";
   }
   common::Bytes other = out.bytes();
   ++other[0];
   World fresh(false);
   accounts::RecordReader in(other);
   EXPECT_THROW((void)fresh.pool.restore(in, {0}), nebula::Error);
}

} // namespace
} // namespace nebula::pool
