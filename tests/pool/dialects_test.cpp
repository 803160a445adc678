#include "stand_in_miner.h"

#include <set>

/// What each dialect says, word by word.

namespace nebula::pool::test {
namespace {

using Lines = std::vector<std::string>;

TEST(DialectB, greets_a_miner_as_cpuminer_wants_it) {
   StandInWorld world;
   world.give_all_work(true);
   world.open(1, 1 + k_header);
   const Lines subscribed = world.say(1, R"({"id":1,"method":"mining.subscribe","params":["cpuminer-opt/26.1"]})");
   ASSERT_EQ(subscribed.size(), 1u);
   const std::string token = subscribed[0].substr(subscribed[0].find("set_difficulty\",\"") + 17, 16);
   EXPECT_EQ(subscribed[0], R"({"id":1,"result":[[["mining.set_difficulty",")" + token + R"("],["mining.notify",")" +
                               token + R"("]],"00000001",8],"error":null})" + "\n");
   const Lines welcome = world.say(1, R"({"id":2,"method":"mining.authorize","params":["W.rig1","x"]})");
   ASSERT_EQ(welcome.size(), 3u);
   EXPECT_EQ(welcome[0], "{\"id\":2,\"result\":true,\"error\":null}\n");
   EXPECT_EQ(welcome[1], "{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[0.00006103515625]}\n")
      << "4 hashes, of which 65,536 are one";
   EXPECT_EQ(welcome[2],
             R"({"id":null,"method":"mining.notify","params":["1",)"
             R"("03020100070605040b0a09080f0e0d0c13121110171615141b1a19181f1e1d1c",")" +
                common::to_hex(common::Bytes(50, 3)) +
                R"(","00000001c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2",[],"20000000","1d00ffff","6b49d200",true]})" +
                "\n")
      << "four bytes of the sixteen are the job's";
}

TEST(DialectB, takes_a_header_that_the_miner_built_and_hands_its_parts_to_the_source) {
   StandInWorld world;
   world.network_difficulty = 4;
   world.give_all_work(true);
   StandInMiner miner(world, 1, Dialect::bitcoin, 1 + k_header);
   miner.log_in();
   miner.ntime_ahead = 9;
   EXPECT_EQ(miner.submit_good(), R"({"id":4,"result":true,"error":null})"
                                  "\n");
   ASSERT_EQ(world.solutions.size(), 1u);
   const Solution &solution = world.solutions[0];
   EXPECT_EQ(common::to_hex(solution.extranonce), "00000001" + miner.extranonce2_hex() + "00000001");
   EXPECT_EQ(solution.ntime, 1'800'000'009u);
   EXPECT_EQ(solution.worker, "W.rig1");
   EXPECT_EQ(world.facts.back().difficulty, 4u);
   EXPECT_EQ(miner.repeat(), R"({"id":4,"result":false,"error":[22,"Duplicate share",null]})"
                             "\n");
   EXPECT_EQ(miner.submit_low(), R"({"id":4,"result":false,"error":[23,"Low difficulty share",null]})"
                                 "\n");
}

TEST(DialectB, gives_each_job_work_of_its_own_to_miners_that_begin_anew_with_each) {
   StandInWorld world;
   world.give_all_work(true);
   StandInMiner miner(world, 1, Dialect::bitcoin, 1 + k_header);
   miner.log_in();
   world.sent[1].clear();
   world.now += world.pool.settings().job_repeat_ns + 1;
   while (world.pool.tick(world.now))
      ;
   ASSERT_FALSE(world.sent[1].empty()) << "the job is repeated, and easier after the silence";
   std::set<std::string> behind{"00000001"};
   for (const std::string &line : world.sent[1]) {
      const std::size_t at = line.find("c2c2");
      if (at == std::string::npos)
         continue; // the difficulty
      EXPECT_TRUE(behind.insert(line.substr(at - 8, 8)).second) << line;
   }
   EXPECT_GE(behind.size(), 2u);
}

TEST(DialectB, refuses_what_is_not_the_miner_s_to_choose) {
   StandInWorld world;
   world.give_all_work(true);
   StandInMiner miner(world, 1, Dialect::bitcoin, 1 + k_header);
   miner.log_in();
   const auto said = [&](std::string_view params) {
      return world.say(1, R"({"id":4,"method":"mining.submit","params":["W.rig1",)" + std::string(params) + "]}").at(0);
   };
   const auto refused = [](std::string_view text) {
      return R"({"id":4,"result":false,"error":[20,")" + std::string(text) + R"(",null]})" + "\n";
   };
   constexpr const char *k_length = "Invalid share: extranonce2 has another length than was given";
   constexpr const char *k_time = "Invalid share: ntime is not from the job's to two hours later";
   EXPECT_EQ(said(R"("1","00000001","6b49d200","00000000")"), refused(k_length));
   EXPECT_EQ(said(R"("1","0000000000000001","6b49d1ff","00000000")"), refused(k_time));
   EXPECT_EQ(said(R"("1","0000000000000001","6b49ee21","00000000")"), refused(k_time));
   EXPECT_EQ(said(R"("1","0000000000000001","6b49d200","00000000","00002000")"),
             refused("Invalid share: the version is not the miner's to roll"));
   EXPECT_EQ(said(R"("1","000000000000000x","6b49d200","00000000")"),
             refused("Invalid params: extranonce2 is not hexadecimal, or too long"));
   EXPECT_EQ(said(R"("2","0000000000000001","6b49d200","00000000")"),
             R"({"id":4,"result":false,"error":[21,"Stale share",null]})"
             "\n");
   EXPECT_EQ(world.say(1, R"({"id":7,"method":"mining.configure","params":[["version-rolling"],{}]})").at(0),
             "{\"id\":7,\"result\":{\"version-rolling\":false},\"error\":null}\n");
   EXPECT_EQ(world.hashes, 0u) << "nothing of it was worth a hash";
}

TEST(DialectB, tells_a_new_extranonce_only_to_those_that_asked) {
   StandInWorld world;
   world.give_all_work(true);
   StandInMiner asked(world, 1, Dialect::bitcoin, 1 + k_header), silent(world, 2, Dialect::bitcoin, 1 + k_header);
   asked.log_in();
   silent.log_in();
   EXPECT_EQ(world.say(1, R"({"id":3,"method":"mining.extranonce.subscribe","params":[]})"),
             Lines{"{\"id\":3,\"result\":true,\"error\":null}\n"});
   world.sent[1].clear();
   world.extranonce_size = 4; // as another pool upstream would have it
   world.give_work(k_header, true);
   ASSERT_EQ(world.sent[1].size(), 2u);
   EXPECT_EQ(world.sent[1][0], "{\"id\":null,\"method\":\"mining.set_extranonce\",\"params\":[\"0001\",2]}\n");
   asked.read_sent();
   EXPECT_NE(asked.submit_good().find("\"result\":true"), std::string::npos);
   EXPECT_TRUE(world.closing.contains(2)) << "all its shares would be invalid: it has to subscribe again";
   EXPECT_FALSE(world.closing.contains(1));
}

TEST(DialectB, resumes_with_its_extranonce_its_jobs_and_its_difficulty) {
   StandInWorld world;
   world.give_all_work(true);
   StandInMiner miner(world, 1, Dialect::bitcoin, 1 + k_header);
   miner.log_in();
   world.give_work(k_header, false);
   const std::string token = miner.session;
   world.pool.closed(1, world.now);
   world.give_work(k_header, false);
   world.open(5, 1 + k_header);
   const Lines back = world.say(5, R"({"id":1,"method":"mining.subscribe","params":["x",")" + token + R"("]})");
   ASSERT_EQ(back.size(), 1u);
   EXPECT_NE(back[0].find("\"00000001\",8]"), std::string::npos);
   EXPECT_NE(back[0].find(token), std::string::npos);
   const Lines jobs = world.say(5, R"({"id":2,"method":"mining.authorize","params":["W.rig1","x"]})");
   std::vector<std::string> ids;
   for (const std::string &line : jobs)
      if (const std::size_t at = line.find("mining.notify\",\"params\":[\""); at != std::string::npos)
         ids.push_back(line.substr(at + 26, 1));
   EXPECT_EQ(ids, (std::vector<std::string>{"1", "2", "3"})) << "its two that are still good, and the new one";
   world.pool.closed(5, world.now);
   world.now += 1'000 * k_second;
   world.pool.tick(world.now);
   world.open(6, 1 + k_header);
   EXPECT_EQ(
      world.say(6, R"({"id":1,"method":"mining.subscribe","params":["x",")" + token + R"("]})")[0].find("\"00000001\""),
      std::string::npos)
      << "too late";
}

TEST(DialectC, gives_nine_parameters_and_takes_whole_nonces) {
   StandInWorld world;
   world.network_difficulty = 4;
   world.give_all_work(true);
   world.open(1, 1 + k_message);
   const Lines subscribed = world.say(1, R"({"id":1,"method":"mining.subscribe","params":["miner/1"]})");
   EXPECT_NE(subscribed.at(0).find("\"00000001\",4],\"error\":null}"), std::string::npos) << "eight bytes in all";
   const Lines welcome = world.say(1, R"({"id":2,"method":"mining.authorize","params":["W.rig1","x"]})");
   ASSERT_EQ(welcome.size(), 3u);
   EXPECT_EQ(welcome[1], "{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[1]}\n");
   const std::string message = welcome[2].substr(welcome[2].find("1004,\"") + 6, 64);
   EXPECT_EQ(welcome[2], R"({"id":null,"method":"mining.notify","params":["1",1004,")" + message + R"(","","",2,")" +
                            target_of(4).to_decimal() + R"(","",true]})" + "\n");

   StandInMiner miner(world, 2, Dialect::ergo, 1 + k_message);
   miner.log_in();
   EXPECT_EQ(miner.submit_good(), R"({"id":4,"result":true,"error":null})"
                                  "\n");
   ASSERT_EQ(world.solutions.size(), 1u);
   EXPECT_EQ(world.solutions[0].nonce >> 32, 2u) << "the session's part of the nonce";
   EXPECT_EQ(miner.repeat(), R"({"id":4,"result":false,"error":[22,"Duplicate share",null]})"
                             "\n");
   EXPECT_EQ(
      world.say(2, R"({"id":5,"method":"mining.submit","params":["W.rig1","1","","","0000000100000000"]})").at(0),
      R"({"id":5,"result":false,"error":[20,"Invalid share: the nonce is not of the part that was given",null]})"
      "\n")
      << "another miner's part";
}

TEST(DialectC, gives_a_target_of_its_own_to_the_miner_that_numbers_everything_zero) {
   StandInWorld world;
   world.give_all_work(true);
   world.open(1, 1 + k_message);
   EXPECT_EQ(world.say(1, R"({"id":0,"method":"mining.subscribe","params":["x"]})").size(), 1u)
      << "it reads exactly one line";
   const Lines welcome = world.say(1, R"({"id":0,"method":"mining.authorize","params":["W.rig1","x"]})");
   ASSERT_EQ(welcome.size(), 3u);
   EXPECT_EQ(welcome[0], "{\"id\":0,\"result\":true,\"error\":null}\n");
   EXPECT_EQ(welcome[1], R"({"id":null,"method":"mining.set_target","params":[")" +
                            common::to_hex(target_of(4).to_big_endian()) + "\"]}\n");
   const std::string message = welcome[2].substr(welcome[2].find("\"1\",\"") + 5, 64);
   EXPECT_EQ(welcome[2],
             R"({"id":null,"method":"mining.notify","params":["1",")" + message + R"(",1004,true]})" + "\n");

   StandInMiner miner(world, 2, Dialect::ergo, 1 + k_message);
   miner.short_form = true;
   miner.log_in();
   EXPECT_EQ(miner.submit_good(), R"({"id":0,"result":true,"error":null})"
                                  "\n");
   EXPECT_EQ(miner.repeat(), R"({"id":0,"result":false,"error":[22,"Duplicate share",null]})"
                             "\n");
   EXPECT_NE(
      world.say(2, R"({"id":0,"method":"mining.submit","params":["W","1","0001"]})").at(0).find("another length"),
      std::string::npos);
}

TEST(DialectC, is_told_by_the_port_or_the_password_how_to_write_jobs) {
   PoolSettings settings = StandInWorld::settings();
   settings.ports[1 + k_message].ergo = ErgoForm::set_target;
   StandInWorld world(settings);
   world.give_all_work(true);
   const auto form = [&](ConnectionId connection, std::uint8_t port, std::string_view password) {
      world.open(connection, port);
      (void)world.say(connection, R"({"id":1,"method":"mining.subscribe","params":["autolykos-miner"]})");
      return world
         .say(connection, R"({"id":2,"method":"mining.authorize","params":["W",")" + std::string(password) + "\"]}")
         .at(1);
   };
   EXPECT_NE(form(1, 1 + k_message, "x").find("mining.set_target"), std::string::npos);
   EXPECT_NE(form(2, 1 + k_message, "notify=nine").find("mining.set_difficulty"), std::string::npos);
   EXPECT_NE(form(3, 0, "x").find("mining.set_difficulty"), std::string::npos);
   EXPECT_NE(form(4, 0, "d=9,notify=set_target").find("mining.set_target"), std::string::npos);
}

TEST(DialectA, fixes_a_byte_of_the_nonce_where_that_is_wanted) {
   PoolSettings settings = StandInWorld::settings();
   settings.ports[1 + k_randomx].nicehash = true;
   StandInWorld world(settings);
   world.give_all_work(true);
   StandInMiner plain(world, 1, Dialect::xmrig, 0), port(world, 2, Dialect::xmrig, 1 + k_randomx),
      agent(world, 3, Dialect::xmrig, 0);
   agent.agent = "NiceHash/1.0.0";
   plain.log_in();
   port.log_in();
   agent.log_in();
   EXPECT_FALSE(plain.nicehash);
   EXPECT_EQ(plain.fixed_byte, 0);
   EXPECT_TRUE(port.nicehash);
   EXPECT_EQ(port.fixed_byte, 3) << "never zero: miners know by that";
   EXPECT_TRUE(agent.nicehash);
   for (StandInMiner *miner : {&plain, &port, &agent})
      EXPECT_NE(miner->submit_good().find("\"status\":\"OK\""), std::string::npos);
   port.fixed_byte = 9;
   EXPECT_EQ(port.submit_good(), R"({"id":4,"jsonrpc":"2.0","error":{"code":-1,"message":"Invalid share: the nonce is )"
                                 R"(not of the part that was given"}})"
                                 "\n");
}

TEST(DialectA, shares_the_nonce_of_a_source_that_leaves_nothing_else) {
   StandInWorld world;
   world.extranonce_size = 0;
   world.give_all_work(true);
   std::set<int> bytes;
   for (ConnectionId connection = 1; connection <= 256; ++connection) {
      StandInMiner miner(world, connection, Dialect::xmrig, 1 + k_randomx);
      miner.log_in();
      EXPECT_TRUE(miner.nicehash);
      bytes.insert(miner.fixed_byte);
   }
   EXPECT_EQ(bytes.size(), 256u);
   world.open(999, 1 + k_randomx);
   EXPECT_NE(world.say(999, R"({"id":1,"method":"login","params":{"login":"W"}})").at(0).find("no room"),
             std::string::npos);
   EXPECT_TRUE(world.closing.contains(999));
   world.pool.closed(7, world.now);
   world.open(1'000, 1 + k_randomx);
   StandInMiner late(world, 1'001, Dialect::xmrig, 1 + k_randomx);
   late.log_in();
   EXPECT_EQ(late.fixed_byte, 7) << "what a connection that ended had";
}

TEST(DialectA, passes_on_the_part_of_a_nonce_that_a_source_has) {
   StandInWorld world;
   world.nonce_first = 0x2a000000;
   world.nonce_last = 0x2affffff;
   world.give_all_work(true);
   StandInMiner miner(world, 1, Dialect::xmrig, 1 + k_randomx);
   miner.log_in();
   EXPECT_TRUE(miner.nicehash);
   EXPECT_EQ(miner.fixed_byte, 0x2a);
   EXPECT_NE(miner.submit_good().find("\"status\":\"OK\""), std::string::npos);
}

TEST(DialectA, negotiates_the_algorithm_by_the_miner_s_own_names) {
   StandInWorld world;
   world.give_all_work(true);
   const auto algo = [&](ConnectionId connection, std::string_view list) {
      world.open(connection);
      const std::string answer =
         world.say(connection, R"({"id":1,"method":"login","params":{"login":"W","algo":[)" + std::string(list) + "]}}")
            .at(0);
      const std::size_t at = answer.find("\"algo\":\"");
      return at == std::string::npos ? answer : answer.substr(at + 8, answer.find('"', at + 8) - at - 8);
   };
   EXPECT_EQ(algo(1, ""), "rx/0");
   EXPECT_EQ(algo(2, R"("cn/r","RandomX","rx/0")"), "RandomX");
   EXPECT_EQ(algo(3, R"("randomx")"), "randomx");
   EXPECT_NE(algo(4, R"("cn/r","yescryptr16")").find("which the miner does not mine"), std::string::npos);
}

TEST(Choice, of_an_algorithm_on_a_port_with_all_of_them) {
   StandInWorld world;
   world.give_all_work(true);
   ConnectionId connection = 0;
   const auto worker = [&](std::string_view agent, std::string_view password) {
      world.open(++connection);
      (void)world.say(connection, R"({"id":1,"method":"mining.subscribe","params":[")" + std::string(agent) + "\"]}");
      const auto answer =
         world.say(connection, R"({"id":2,"method":"mining.authorize","params":["W.w)" + std::to_string(connection) +
                                  "\",\"" + std::string(password) + "\"]}");
      for (const auto &[key, one] : world.pool.workers())
         if (one->name == "w" + std::to_string(connection))
            return world.pool.settings().algorithms[one->algorithm].name;
      return answer.at(0);
   };
   EXPECT_EQ(worker("miner/1.0", "x"), "cosmic-harmony") << "the port's first";
   EXPECT_EQ(worker("cpuminer-opt/26.1-x64L", "x"), "yescryptr16");
   EXPECT_EQ(worker("minerd/2.5", "d=5"), "yescryptr16");
   EXPECT_EQ(worker("ErgoMiner", "x"), "autolykos2");
   EXPECT_EQ(worker("x autolykos2", "x"), "autolykos2");
   EXPECT_EQ(worker("miner/1.0", "cosmic_harmony"), "cosmic-harmony");
   EXPECT_EQ(worker("miner/1.0", "yescrypt"), "yescryptr16") << "the extranonce that it was told fits that too";
   EXPECT_EQ(worker("miner/1.0", "d=3;a=yescryptr16"), "yescryptr16");
   EXPECT_NE(worker("miner/1.0", "autolykos").find("needs another extranonce than was given"), std::string::npos);
   EXPECT_NE(worker("miner/1.0", "randomx").find("not the randomx of the password"), std::string::npos)
      << "that is mined with login";
   EXPECT_NE(worker("miner/1.0", "algo=scrypt").find("not the scrypt of the password"), std::string::npos);
}

TEST(Choice, of_a_difficulty_by_login_or_password_in_each_dialect_s_scale) {
   StandInWorld world;
   world.give_all_work(true);
   ConnectionId connection = 0;
   const auto difficulty = [&](Dialect dialect, std::uint8_t algorithm, std::string user, std::string password) {
      StandInMiner miner(world, ++connection, dialect, static_cast<std::uint8_t>(1 + algorithm));
      miner.user = std::move(user);
      miner.password = std::move(password);
      miner.log_in();
      return miner.target;
   };
   EXPECT_EQ(difficulty(Dialect::cosmic, k_cosmic, "W.a+50", "x"), target_of_cosmic(cosmic_target32(50)));
   EXPECT_EQ(difficulty(Dialect::xmrig, k_randomx, "W.b", "d=77"), target_of_xmrig(xmrig_target64(77)));
   EXPECT_EQ(difficulty(Dialect::xmrig, k_randomx, "W+78", "x"), target_of_xmrig(xmrig_target64(78)));
   EXPECT_EQ(difficulty(Dialect::ergo, k_message, "W.c+60", "x"), target_of(60));
   EXPECT_EQ(difficulty(Dialect::bitcoin, k_header, "W.d+0.0009765625", "x"), target_of(64) + U256(1))
      << "64 of 65,536 hashes";
   EXPECT_EQ(difficulty(Dialect::bitcoin, k_header, "W.e", "d=1"), target_of(1'000) + U256(1)) << "the port's limit";
}

TEST(Stratum, asks_a_silent_program_what_it_is) {
   StandInWorld world;
   world.give_all_work(true);
   world.open(1, 1 + k_header);
   (void)world.say(1, R"({"id":1,"method":"mining.subscribe","params":[]})");
   const Lines welcome = world.say(1, R"({"id":2,"method":"mining.authorize","params":["W","x"]})");
   EXPECT_EQ(welcome.at(1), "{\"id\":0,\"method\":\"client.get_version\",\"params\":[]}\n");
   EXPECT_EQ(world.say(1, R"({"id":0,"result":"cpuminer/2.5.1","error":null})"), Lines{});
   EXPECT_EQ(world.pool.workers().at("yescryptr16/W")->agent, "cpuminer/2.5.1");
}

TEST(Stratum, answers_shares_and_refusals_in_the_order_of_the_questions) {
   StandInWorld world;
   world.slow = true;
   world.give_all_work(true);
   StandInMiner miner(world, 1, Dialect::bitcoin, 1 + k_header);
   miner.log_in();
   EXPECT_EQ(miner.submit_good(), "");
   EXPECT_EQ(miner.repeat(), "") << "known at once, but it is not its turn";
   EXPECT_EQ(world.say(1, R"({"id":4,"method":"mining.submit","params":["W.rig1","1"]})"), Lines{})
      << "nor a malformed one's";
   EXPECT_EQ(world.tasks.size(), 1u);
   world.sent[1].clear();
   world.pool.hashed(world.tasks[0].ticket, StandInWorld::stand_in_hash(world.tasks[0]), {}, world.now);
   ASSERT_EQ(world.sent[1].size(), 3u);
   EXPECT_NE(world.sent[1][0].find("true"), std::string::npos);
   EXPECT_NE(world.sent[1][1].find("Duplicate"), std::string::npos);
   EXPECT_NE(world.sent[1][2].find("Invalid params"), std::string::npos);
}

TEST(Stratum, replays_the_jobs_that_are_still_good_to_whoever_logs_in) {
   StandInWorld world;
   world.give_work(k_header, true);
   world.give_work(k_header, true);
   for (int i = 0; i < 9; ++i)
      world.give_work(k_header, false);
   StandInMiner miner(world, 1, Dialect::bitcoin, 1 + k_header);
   miner.log_in();
   EXPECT_EQ(miner.jobs_seen, 5u);
   EXPECT_EQ(miner.clean_seen, 1u) << "the first";
   world.give_work(k_header, true);
   StandInMiner late(world, 2, Dialect::bitcoin, 1 + k_header);
   late.log_in();
   EXPECT_EQ(late.jobs_seen, 1u);
}

} // namespace
} // namespace nebula::pool::test
