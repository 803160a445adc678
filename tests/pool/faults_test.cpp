#include "world.h"

/// What broken and hostile miners do to the pool's core, each with its bound (docs/design/pool-faults.md).

namespace nebula::pool {
namespace {

std::string upper(std::string text) {
   for (char &c : text)
      c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
   return text;
}

TEST(PoolFaults, a_share_written_otherwise_is_the_same_share) {
   World world;
   const Lines welcome = world.log_in(1, "ZION_A.rig+50");
   const std::string notify = welcome[1].substr(welcome[1].find('\n') + 1);
   const auto [nonce, digest] = World::search(notify, 50, true, 0xabcdef);
   EXPECT_NE(world.submit(1, "zion_ch_000001", {nonce, digest}).at(0).find("true"), std::string::npos);
   for (const auto &[job, how, what] :
        {std::tuple("zion_ch_000001", upper(nonce), digest), std::tuple("zion_ch_000001", nonce, upper(digest)),
         std::tuple("zion_ch_000001", "0x" + nonce, digest),
         std::tuple("zion_ch_0000001", "0X" + upper(nonce), upper(digest))})
      EXPECT_NE(world.submit(1, job, {how, what}).at(0).find("Duplicate share"), std::string::npos)
         << job << ' ' << how;
   // Other lengths are no other way to write it.
   for (const std::string &wrong : {nonce + "00", "00" + nonce, nonce.substr(1), " " + nonce})
      EXPECT_NE(world.submit(1, "zion_ch_000001", {wrong, digest}).at(0).find("8 hexadecimal digits"),
                std::string::npos)
         << wrong;
   EXPECT_EQ(world.pool.workers().begin()->second->shares.accepted, 1u);
   EXPECT_EQ(world.pool.workers().begin()->second->shares.duplicate, 4u);
}

TEST(PoolFaults, a_bad_rig_is_shut_out_and_its_farm_mines_on) {
   World world;
   for (ConnectionId rig = 1; rig <= 20; ++rig)
      (void)world.log_in(rig, "ZION_FARM.rig" + std::to_string(rig));
   for (int i = 0; i < 200; ++i)
      (void)world.submit(1, "zion_ch_000001", {hex32(static_cast<std::uint32_t>(i)), std::string(64, 'f')});
   EXPECT_TRUE(world.closing.contains(1));
   EXPECT_EQ(world.closing.size(), 1u) << "of the same wallet, perhaps behind the same address";
   for (ConnectionId rig = 2; rig <= 20; ++rig)
      EXPECT_NE(world.say(rig, R"({"id":9,"method":"mining.ping","params":[]})").at(0).find("pong"), std::string::npos);
   EXPECT_EQ(world.log_in(21, "ZION_FARM.rig21").size(), 2u);
}

TEST(PoolFaults, nobody_shuts_a_worker_out_by_bad_shares_under_its_name_from_elsewhere) {
   World world;
   const auto log_in_from = [&](ConnectionId connection, Conduct::Origin origin) {
      EXPECT_TRUE(world.pool.opened(connection, 0, world.now, false, origin));
      (void)world.say(connection, R"({"id":1,"method":"mining.subscribe","params":["miner/1.0"]})");
      return world.say(connection, R"({"id":2,"method":"mining.authorize","params":["ZION_A.rig","x"]})").at(0);
   };
   const auto do_harm = [&](ConnectionId connection) {
      for (int i = 0; i < 200; ++i)
         (void)world.submit(connection, "zion_ch_000001", {hex32(static_cast<std::uint32_t>(i)), std::string(64, 'f')});
   };
   EXPECT_NE(log_in_from(1, 100).find("true"), std::string::npos);
   for (ConnectionId impostor = 2; impostor < 30; ++impostor) { // from more places than are remembered
      EXPECT_NE(log_in_from(impostor, impostor).find("true"), std::string::npos);
      do_harm(impostor);
      EXPECT_TRUE(world.closing.contains(impostor));
      world.pool.closed(impostor, world.now);
   }
   EXPECT_NE(log_in_from(30, 29).find("Banned"), std::string::npos) << "where the harm came from";
   EXPECT_FALSE(world.closing.contains(1));
   EXPECT_NE(log_in_from(31, 100).find("true"), std::string::npos) << "the one whose name it is";
   do_harm(31);
   EXPECT_NE(log_in_from(32, 100).find("Banned"), std::string::npos);
   EXPECT_EQ(world.pool.unban("ZION_A.rig", world.now), 1u);
   EXPECT_NE(log_in_from(33, 100).find("true"), std::string::npos);
   EXPECT_EQ(world.pool.ban("ZION_A.rig", 60 * k_s, world.now), 1u);
   EXPECT_NE(log_in_from(34, 7'777).find("Banned"), std::string::npos) << "an operator bans it everywhere";
}

TEST(PoolFaults, a_share_that_claims_too_little_costs_no_hash) {
   World world;
   world.slow = true;
   (void)world.log_in(1);
   for (int i = 0; i < 100; ++i)
      (void)world.submit(1, "zion_ch_000001", {hex32(static_cast<std::uint32_t>(i)), std::string(64, 'f')});
   EXPECT_TRUE(world.tasks.empty());
}

TEST(PoolFaults, a_worker_has_one_turn_however_many_connections_it_opens) {
   World world;
   world.slow = true;
   const auto asks_from = [&](ConnectionId connection, Conduct::Origin origin, const char *name) {
      EXPECT_TRUE(world.pool.opened(connection, 0, world.now, false, origin));
      (void)world.say(connection, R"({"id":1,"method":"mining.subscribe","params":["miner/1.0"]})");
      const Lines welcome = world.say(connection, R"({"id":2,"method":"mining.authorize","params":[")" +
                                                     std::string(name) + R"(","cosmic_harmony"]})");
      (void)world.submit(connection, World::job_of(welcome[1].substr(welcome[1].find('\n') + 1)),
                         {hex32(0), std::string(64, '0')});
      return world.tasks.back().owner;
   };
   const HashTask::Owner one = asks_from(1, 7, "ZION_A.rig");
   EXPECT_EQ(asks_from(2, 7, "ZION_A.rig"), one);
   EXPECT_NE(asks_from(3, 7, "ZION_A.other"), one);
   EXPECT_NE(asks_from(4, 8, "ZION_A.rig"), one) << "somebody else under its name takes no turn of its own";
   EXPECT_EQ(world.tasks.size(), 4u);
}

TEST(PoolFaults, what_one_connection_can_have_hashed_and_answered_at_a_time_is_bounded) {
   World world;
   world.slow = true;
   const Lines welcome = world.log_in(1);
   const std::string job = World::job_of(welcome[1].substr(welcome[1].find('\n') + 1));
   // All claim the best digest there is, so that only a hash tells.
   for (std::uint32_t i = 0; i < 10'000 && !world.closing.contains(1); ++i)
      (void)world.submit(1, job, {hex32(i), std::string(64, '0')});
   EXPECT_EQ(world.tasks.size(), Session::k_awaiting_max);
   EXPECT_EQ(world.closing[1], "it does not stop asking");
   EXPECT_LE(world.pool.sessions().find(1)->awaiting.size(), 4 * Session::k_awaiting_max);
}

TEST(PoolFaults, numbers_beyond_any_range_are_an_error_or_the_nearest_that_is_served) {
   for (const char *number : {"1e999", "-1", "0", "1e-999", "null", "\"1e5\"", "[]", "{}", "-0.0"}) {
      World world;
      world.open(1);
      (void)world.say(1, R"({"id":1,"method":"mining.subscribe","params":[]})");
      const std::string line =
         R"({"id":2,"method":"mining.suggest_difficulty","params":[)" + std::string(number) + "]}";
      EXPECT_NE(world.say(1, line).at(0).find("a difficulty is a number above 0"), std::string::npos) << number;
   }
   for (const auto &[fixed, served] :
        {std::pair("1e308", 50'000u), std::pair("18446744073709551616", 50'000u), std::pair("1e-300", 1u)}) {
      World other;
      const Lines welcome = other.log_in(1, std::string("ZION_A.rig+") + fixed);
      ASSERT_EQ(welcome.size(), 2u);
      EXPECT_NE(welcome[1].find("\"mining.set_difficulty\",\"params\":[" + std::to_string(served) + "]"),
                std::string::npos)
         << welcome[1];
   }
}

TEST(PoolFaults, every_answer_is_json_whatever_was_asked) {
   World world;
   const std::string_view asked[] = {R"({"id":"\u0000\ud800\"","method":"mining.ping","params":[]})",
                                     R"({"id":1e999,"method":"mining.ping","params":[]})",
                                     R"({"id":null,"method":"\"}{","params":[]})",
                                     R"({"id":[1,2],"method":"mining.nothing","params":[]})",
                                     R"({"id":1,"method":"mining.configure","params":[["\"","\u0007\ud800","a\\"]]})",
                                     "{\"id\":1,\"method\":\"\xff\xfe\",\"params\":[]}",
                                     R"({"id":1,"method":"mining.authorize","params":["ZION_\"\\/{}.<b>","a=\"\\"]})",
                                     R"({"id":1,"method":"mining.authorize","params":["ZION_\u2028","x"]})",
                                     "\xef\xbb\xbf{}",
                                     "{\"id\":1}\0"};
   for (const std::string_view line : asked) {
      world.open(1);
      (void)world.say(1, R"({"id":1,"method":"mining.subscribe","params":[]})");
      const Lines answers = world.say(1, line);
      ASSERT_FALSE(answers.empty()) << line;
      for (const std::string &answer : answers)
         for (std::string_view rest = answer; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
            JsonLine json;
            const std::string_view one = rest.substr(0, rest.find('\n'));
            EXPECT_EQ(json.parse(one), nullptr) << one;
         }
      world.pool.closed(1, world.now);
      world.closing.clear();
   }
}

} // namespace
} // namespace nebula::pool
