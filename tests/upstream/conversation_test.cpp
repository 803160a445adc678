#include <gtest/gtest.h>

#include "core/conversation.h"

#include "common/share_target.h"

#include <nebula/svc/work-source.h>

namespace nebula::upstream {
namespace {

constexpr std::uint64_t k_second = 1'000'000'000;
const std::string k_hash(64, 'a');

struct Heard final : Listener {
   void say(std::string line) override { said.push_back(std::move(line)); }
   void job(const Job &job) override { jobs.push_back(job); }
   void settled(const Settled &one) override { results.push_back(one); }
   void broken(const std::string &text, bool us_not) override {
      why = text;
      refused = us_not;
   }
   void reconnect(const Reconnect &where) override { sent_to = where.host; }
   void message(const std::string &text) override { message_text = text; }
   void answered(std::uint64_t took_ns) override { took = took_ns; }

   std::vector<std::string> said;
   std::vector<Job> jobs;
   std::vector<Settled> results;
   std::string why, sent_to, message_text;
   bool refused = false;
   std::uint64_t took = 0;
};

struct Talk {
   explicit Talk(Dialect dialect) : conversation(dialect, account(), Patience{}, heard) { conversation.begin(now); }
   static Account account() { return {"WALLET.rig1", "x", "rig", "nebula/1", {"rx/0"}}; }
   void hear(const std::string &line) { conversation.line(line, now); }
   void wait(std::uint64_t seconds) {
      now += seconds * k_second;
      conversation.tick(now);
   }
   /// Serving a job, the first one.
   void serve_cosmic() {
      hear(R"({"id":1,"result":[["mining.set_difficulty","mining.notify"],"00000001",8],"error":null})");
      hear(R"({"id":2,"result":true,"error":null})");
      hear(R"({"id":null,"method":"mining.notify","params":["j1",")" + k_hash + R"(","0000ffff",7,true]})");
   }
   Share share(std::uint64_t ticket) {
      Share out;
      out.ticket = ticket;
      out.job = "j1";
      out.nonce = 0x2A;
      return out;
   }
   Heard heard;
   std::uint64_t now = 1'000 * k_second;
   Conversation conversation;
};

} // namespace

TEST(UpstreamConversation, cosmic_harmony_is_spoken_as_its_miners_speak_it) {
   Talk talk(Dialect::cosmic);
   EXPECT_EQ(talk.heard.said.back(), "{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"nebula/1\"]}\n");
   talk.hear(R"({"id":1,"result":[["mining.set_difficulty","mining.notify"],"00000001",8],"error":null})");
   EXPECT_EQ(talk.heard.said.back(), "{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\"WALLET.rig1\",\"x\"]}\n");
   // Jobs that are replayed before the answer count, the last of them, once we are let in.
   talk.hear(R"({"id":null,"method":"mining.notify","params":["j0",")" + k_hash + R"(","0000ffff",6,true]})");
   talk.hear(R"({"id":null,"method":"mining.notify","params":["j1",")" + k_hash + R"(","0000ffff",7,true]})");
   EXPECT_TRUE(talk.heard.jobs.empty());
   talk.hear(R"({"id":2,"result":true,"error":null})");
   ASSERT_EQ(talk.heard.jobs.size(), 1u);
   EXPECT_EQ(talk.heard.jobs[0].id, "j1");
   ASSERT_TRUE(talk.conversation.submit(talk.share(9), talk.now));
   EXPECT_EQ(talk.heard.said.back(),
             "{\"id\":3,\"method\":\"mining.submit\",\"params\":[\"WALLET.rig1\",\"j1\",\"0000002a\",\"" +
                std::string(64, '0') + "\"]}\n");
   talk.now += k_second;
   talk.hear(R"({"id":3,"result":true,"error":null})");
   ASSERT_EQ(talk.heard.results.size(), 1u);
   EXPECT_EQ(talk.heard.results[0].ticket, 9u);
   EXPECT_EQ(talk.heard.results[0].outcome, NEB_WORK_ACCEPTED);
   EXPECT_EQ(talk.heard.took, k_second);
}

TEST(UpstreamConversation, xmrigs_dialect_is_spoken_as_xmrig_speaks_it) {
   Talk talk(Dialect::xmrig);
   EXPECT_EQ(talk.heard.said.back(), "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"login\",\"params\":{\"login\":"
                                     "\"WALLET.rig1\",\"pass\":\"x\",\"agent\":"
                                     "\"nebula/1\",\"rigid\":\"rig\",\"algo\":[\"rx/0\"]}}\n");
   const std::string job = R"({"blob":")" + std::string(152, '0') +
                           R"(","job_id":"j1","target":"ffffff00","algo":"rx/0","height":3,"seed_hash":")" + k_hash +
                           "\"}";
   talk.hear(R"({"id":1,"jsonrpc":"2.0","error":null,"result":{"id":"s1","job":)" + job +
             R"(,"extensions":["algo","keepalive"],"status":"OK"}})");
   ASSERT_EQ(talk.heard.jobs.size(), 1u) << talk.heard.why;
   EXPECT_FALSE(talk.heard.jobs[0].nonce_byte_fixed);
   Share share = talk.share(1);
   share.nonce = 0x01000028;
   ASSERT_TRUE(talk.conversation.submit(share, talk.now));
   EXPECT_NE(talk.heard.said.back().find(R"("params":{"id":"s1","job_id":"j1","nonce":"28000001","result":")"),
             std::string::npos);
   talk.hear(R"({"id":2,"jsonrpc":"2.0","error":{"code":-1,"message":"Low difficulty share"}})");
   EXPECT_EQ(talk.heard.results.back().outcome, NEB_WORK_LOW);
   talk.wait(60);
   EXPECT_NE(talk.heard.said.back().find(R"("method":"keepalived","params":{"id":"s1"})"), std::string::npos);
   ASSERT_TRUE(talk.conversation.submit(talk.share(2), talk.now));
   talk.hear(R"({"id":4,"jsonrpc":"2.0","error":{"code":-1,"message":"Unauthenticated"}})");
   EXPECT_EQ(talk.heard.results.back().outcome, NEB_WORK_INVALID);
   EXPECT_EQ(talk.heard.why, "it shuts us out: Unauthenticated");
}

TEST(UpstreamConversation, the_bitcoin_dialect_takes_difficulty_and_extranonce_for_the_jobs_that_follow) {
   Talk talk(Dialect::bitcoin);
   const auto notify = [&](const char *id) {
      talk.hear(std::string(R"({"id":null,"method":"mining.notify","params":[")") + id + R"(",")" + k_hash +
                R"(","01","02",[],"20000000","1d00ffff","65000000",true]})");
   };
   talk.hear(R"({"id":1,"result":[[["mining.set_difficulty","s"],["mining.notify","s"]],"a1b2c3d4",4],"error":null})");
   EXPECT_NE(talk.heard.said.back().find("mining.extranonce.subscribe"), std::string::npos);
   talk.hear(R"({"id":2,"result":true,"error":null})");
   notify("a");
   EXPECT_TRUE(talk.heard.jobs.empty()) << "its target is not known";
   talk.hear(R"({"id":null,"method":"mining.set_difficulty","params":[0.5]})");
   notify("b");
   ASSERT_EQ(talk.heard.jobs.size(), 1u);
   EXPECT_EQ(talk.heard.jobs[0].target, common::target_of(32'768));
   talk.hear(R"({"id":null,"method":"mining.set_difficulty","params":[1]})");
   talk.hear(R"({"id":null,"method":"mining.set_extranonce","params":["ff",3]})");
   EXPECT_EQ(talk.heard.jobs.size(), 1u);
   notify("c");
   EXPECT_EQ(talk.heard.jobs.back().target, common::target_of(65'536));
   EXPECT_EQ(talk.heard.jobs.back().extranonce2_size, 3u);
   Share share = talk.share(5);
   share.extranonce2 = {1, 2, 3};
   share.ntime = 0x65000001;
   ASSERT_TRUE(talk.conversation.submit(share, talk.now));
   EXPECT_NE(talk.heard.said.back().find(R"("params":["WALLET.rig1","j1","010203","65000001","0000002a"])"),
             std::string::npos);
   talk.hear(R"({"id":4,"result":null,"error":[21,"Job not found",null]})");
   EXPECT_EQ(talk.heard.results.back().outcome, NEB_WORK_STALE);
   talk.hear(R"({"id":7,"method":"client.get_version","params":[]})");
   EXPECT_EQ(talk.heard.said.back(), "{\"id\":7,\"result\":\"nebula/1\",\"error\":null}\n");
}

TEST(UpstreamConversation, a_share_of_ergo_has_its_whole_nonce_and_our_part_of_it) {
   Talk talk(Dialect::ergo);
   talk.hear(R"({"id":1,"result":[[],"a1b2c3d4",4],"error":null})");
   talk.hear(R"({"id":2,"result":true,"error":null})");
   talk.hear(R"({"id":null,"method":"mining.notify","params":["a",500,")" + k_hash + R"(","","",2,"99999","",true]})");
   ASSERT_EQ(talk.heard.jobs.size(), 1u);
   Share share = talk.share(5);
   share.nonce = 0xA1B2C3D400000005;
   share.extranonce2 = {0, 0, 0, 5};
   ASSERT_TRUE(talk.conversation.submit(share, talk.now));
   EXPECT_NE(talk.heard.said.back().find(R"("params":["WALLET.rig1","j1","00000005","","a1b2c3d400000005"])"),
             std::string::npos);
}

TEST(UpstreamConversation, a_pool_that_refuses_is_told_apart_from_one_that_fails) {
   Talk refused(Dialect::cosmic);
   refused.hear(R"({"id":1,"result":[[],"00000001",8],"error":null})");
   refused.hear(R"({"id":2,"result":false,"error":{"code":-4,"message":"Not authorized"}})");
   EXPECT_EQ(refused.heard.why, "it refuses the user: Not authorized");
   EXPECT_TRUE(refused.heard.refused);
   Talk web(Dialect::cosmic);
   web.hear("HTTP/1.1 400 Bad Request");
   EXPECT_NE(web.heard.why, "");
   EXPECT_FALSE(web.heard.refused);
}

TEST(UpstreamConversation, a_share_without_an_answer_ends_the_connection_and_is_lost_once) {
   Talk talk(Dialect::cosmic);
   talk.serve_cosmic();
   ASSERT_TRUE(talk.conversation.submit(talk.share(1), talk.now));
   talk.wait(19);
   EXPECT_EQ(talk.heard.why, "");
   talk.wait(1);
   EXPECT_EQ(talk.heard.why, "it gave no answer within 20 s");
   EXPECT_FALSE(talk.conversation.submit(talk.share(2), talk.now));
   talk.conversation.abandon("gone");
   talk.conversation.abandon("gone");
   ASSERT_EQ(talk.heard.results.size(), 1u);
   EXPECT_EQ(talk.heard.results[0].outcome, NEB_WORK_LOST);
}

TEST(UpstreamConversation, a_pool_without_new_jobs_counts_as_failed) {
   Talk talk(Dialect::cosmic);
   talk.serve_cosmic();
   talk.wait(599);
   EXPECT_EQ(talk.heard.why, "");
   talk.wait(1);
   EXPECT_EQ(talk.heard.why, "it gave no new job for 600 s");
}

TEST(UpstreamConversation, nonsense_is_borne_for_a_while_and_costs_no_share) {
   Talk talk(Dialect::cosmic);
   talk.serve_cosmic();
   for (unsigned i = 1; i < Conversation::k_strikes_max; ++i)
      talk.hear("{\"method\":\"mining.notify\",\"params\":[1]}");
   EXPECT_EQ(talk.heard.why, "");
   talk.hear("}");
   EXPECT_NE(talk.heard.why, "");
}

TEST(UpstreamConversation, at_most_so_many_shares_wait_for_a_pool) {
   Talk talk(Dialect::cosmic);
   talk.serve_cosmic();
   for (std::size_t i = 0; i < Conversation::k_pending_max; ++i)
      ASSERT_TRUE(talk.conversation.submit(talk.share(i), talk.now));
   EXPECT_FALSE(talk.conversation.submit(talk.share(99'999), talk.now));
   EXPECT_EQ(talk.conversation.pending(), Conversation::k_pending_max);
}

TEST(UpstreamConversation, refusals_are_sorted_by_what_pools_write) {
   EXPECT_EQ(outcome_of_refusal(-1, "Stale share"), NEB_WORK_STALE);
   EXPECT_EQ(outcome_of_refusal(-1, "Block expired"), NEB_WORK_STALE);
   EXPECT_EQ(outcome_of_refusal(-1, "Duplicate share"), NEB_WORK_DUPLICATE);
   EXPECT_EQ(outcome_of_refusal(-1, "Low difficulty share"), NEB_WORK_LOW);
   EXPECT_EQ(outcome_of_refusal(20, "too many shares at once"), NEB_WORK_LOST);
   EXPECT_EQ(outcome_of_refusal(23, "whatever"), NEB_WORK_LOW);
   EXPECT_EQ(outcome_of_refusal(22, ""), NEB_WORK_DUPLICATE);
   EXPECT_EQ(outcome_of_refusal(20, "Other"), NEB_WORK_INVALID);
}

} // namespace nebula::upstream
