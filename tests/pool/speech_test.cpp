#include "stand_in_algorithm.h"

#include "tools/speech.h"

#include "common/hex.h"
#include "core/difficulty.h"

#include <gtest/gtest.h>

#include <string>

/// What the load generator says to a pool and understands of it.

namespace nebula::pool {
namespace {

SpeechSettings settings(Dialect dialect, std::string algorithm = "toy") {
   SpeechSettings out;
   out.dialect = dialect;
   out.algorithm = std::move(algorithm);
   out.wallet = "W";
   out.password = "x";
   return out;
}

/// One miner's conversation.
class Talk {
public:
   Talk(Dialect dialect, std::uint32_t nonce_offset, std::uint32_t nonce_bytes = 4)
      : algorithm("toy", nonce_offset, nonce_bytes), computer(algorithm.slot()),
        speech(make_speech(settings(dialect), computer)) {
      miner.user = speech->user_of(miner);
      speech->greet(miner, said);
   }

   Heard hear(std::string_view line) {
      said.clear();
      return speech->hear(miner, line, said);
   }

   StandInAlgorithm algorithm;
   Computer computer;
   std::unique_ptr<Speech> speech;
   Miner miner;
   std::string said;
};

constexpr const char *k_head = R"({"id":1,"jsonrpc":"2.0","error":null,"result":{"id":"s1","job":)";
constexpr const char *k_tail = R"(,"extensions":["algo","keepalive"],"status":"OK"}})";

/// 76 bytes: two versions, a time of five bytes, and what follows.
std::string blob(std::string_view time = "89a2a5d806", std::string_view nonce = "00000000") {
   return "1010" + std::string(time) + std::string(64, 'a') + std::string(nonce) + std::string(66, 'b');
}

std::string job(std::string_view id, const std::string &bytes, std::string_view algorithm = "toy/0",
                std::uint64_t height = 7) {
   return R"({"blob":")" + bytes + R"(","job_id":")" + std::string(id) + R"(","target":"ffffffffffffff7f","algo":")" +
          std::string(algorithm) + R"(","height":)" + std::to_string(height) + "}";
}

std::string login_answer(const std::string &given) {
   return k_head + given + k_tail;
}

std::string pushed(const std::string &given) {
   return R"({"jsonrpc":"2.0","method":"job","params":)" + given + "}";
}

/// The nonce in memory order and the digest of a share of dialect A.
std::pair<common::Bytes, std::string> share_in(const std::string &line) {
   common::JsonLine parsed;
   EXPECT_EQ(parsed.parse(std::string_view(line).substr(0, line.size() - 1)), nullptr) << line;
   const auto params = parsed.root()["params"];
   return {common::bytes_from_hex(*params["nonce"].plain()).value_or(common::Bytes()),
           std::string(*params["result"].plain())};
}

/// Whether the pool would find what a share claims.
void expect_true_share(const std::string &bytes, std::size_t nonce_offset, const std::string &line) {
   const auto [nonce, claimed] = share_in(line);
   common::Bytes whole = *common::bytes_from_hex(bytes);
   ASSERT_EQ(nonce.size(), 4u);
   std::copy(nonce.begin(), nonce.end(), whole.begin() + static_cast<std::ptrdiff_t>(nonce_offset));
   const Digest digest = StandInAlgorithm::digest(whole);
   EXPECT_EQ(common::to_hex(digest), claimed);
   EXPECT_LT(digest[31], 0x80);
}

} // namespace

TEST(XmrigSpeech, the_nonce_stands_where_the_algorithm_wants_it_and_where_xmrig_does_when_it_has_no_place) {
   for (const auto &[wanted, at] : {std::pair{39u, 39u}, {4u, 4u}, {NEB_POW_NONCE_APPENDED, 39u}}) {
      Talk talk(Dialect::xmrig, wanted);
      EXPECT_NE(talk.said.find(R"("algo":["toy"])"), std::string::npos) << talk.said;
      ASSERT_EQ(talk.hear(login_answer(job("1", blob()))).what, Heard::What::job);
      talk.said.clear();
      talk.speech->submit(talk.miner, ShareKind::valid, 16, talk.said);
      std::string zeroed = blob();
      expect_true_share(zeroed, at, talk.said);
   }
}

TEST(XmrigSpeech, a_nonce_byte_that_the_pool_has_fixed_stays) {
   Talk talk(Dialect::xmrig, 39);
   const std::string bytes = blob("89a2a5d806", "00000005");
   ASSERT_EQ(talk.hear(login_answer(job("1", bytes))).what, Heard::What::job);
   talk.said.clear();
   talk.speech->submit(talk.miner, ShareKind::valid, 16, talk.said);
   EXPECT_EQ(share_in(talk.said).first.at(3), 5);
   expect_true_share(bytes, 39, talk.said);
   // Zero is a byte like any other where the answer to the login grants it.
   Talk other(Dialect::xmrig, 39);
   std::string answer = login_answer(job("1", blob()));
   answer.replace(answer.find("\"keepalive\""), 11, "\"nicehash\"");
   ASSERT_EQ(other.hear(answer).what, Heard::What::job);
   other.miner.next_nonce = 0xABCDEF01;
   other.said.clear();
   other.speech->submit(other.miner, ShareKind::valid, 16, other.said);
   EXPECT_EQ(share_in(other.said).first.at(3), 0);
}

TEST(XmrigSpeech, an_invalid_share_costs_no_hash_and_is_under_the_target) {
   Talk talk(Dialect::xmrig, 39);
   ASSERT_EQ(talk.hear(login_answer(job("1", blob()))).what, Heard::What::job);
   talk.said.clear();
   talk.speech->submit(talk.miner, ShareKind::invalid, 16, talk.said);
   const auto digest = common::bytes_from_hex(share_in(talk.said).second);
   ASSERT_TRUE(digest);
   EXPECT_TRUE(
      meets_target(digest->data(), NEB_POW_ORDER_LITTLE, target_of_xmrig(0x7fffffffffffffff).to_big_endian().data()));
   EXPECT_EQ(talk.miner.next_nonce, 1u);
}

TEST(XmrigSpeech, work_of_another_algorithm_and_a_refusal_are_told_in_plain_words) {
   Talk talk(Dialect::xmrig, 39);
   Heard heard = talk.hear(login_answer(job("1", blob(), "rx/wow")));
   EXPECT_EQ(heard.what, Heard::What::refused);
   EXPECT_EQ(heard.text, "the pool gives work for rx/wow, not for toy, which it was asked for");
   Talk refused(Dialect::xmrig, 39);
   heard = refused.hear(R"({"id":null,"jsonrpc":"2.0","error":{"code":-1,"message":"use mining.subscribe"}})");
   EXPECT_EQ(heard.what, Heard::What::refused);
   EXPECT_EQ(heard.text, "the pool refuses miners of toy: use mining.subscribe");
   Talk too_short(Dialect::xmrig, 39);
   EXPECT_EQ(too_short.hear(login_answer(job("1", "10108992"))).what, Heard::What::refused);
}

TEST(XmrigSpeech, jobs_of_one_template_have_one_mark_and_others_another) {
   Talk talk(Dialect::xmrig, 39);
   ASSERT_EQ(talk.hear(login_answer(job("1", blob()))).what, Heard::What::job);
   const WorkMark first = talk.miner.work.mark;
   EXPECT_TRUE(first.exact);
   ASSERT_EQ(talk.hear(pushed(job("2", blob()))).what, Heard::What::job); // another difficulty
   EXPECT_EQ(talk.miner.work.mark, first);
   EXPECT_FALSE(talk.miner.work.clean);
   ASSERT_EQ(talk.hear(pushed(job("3", blob("8aa2a5d806")))).what, Heard::What::job); // a second later
   EXPECT_NE(talk.miner.work.mark, first);
   EXPECT_FALSE(talk.miner.work.clean);
   ASSERT_EQ(talk.hear(pushed(job("4", blob("8aa2a5d806"), "toy", 8))).what, Heard::What::job); // another block
   EXPECT_TRUE(talk.miner.work.clean);
   EXPECT_EQ(talk.miner.oldest_good(), 4u);
}

TEST(XmrigSpeech, a_target_of_32_bits_is_the_upper_half_of_one_of_64) {
   Talk talk(Dialect::xmrig, 39);
   std::string given = job("1", blob());
   given.replace(given.find("ffffffffffffff7f"), 16, "ffffff7f");
   ASSERT_EQ(talk.hear(login_answer(given)).what, Heard::What::job);
   EXPECT_EQ(talk.miner.work.target, target_of_xmrig(0x7fffffffffffffff).to_big_endian());
}

TEST(StratumSpeech, it_names_its_algorithm_in_the_agent_and_the_password) {
   Talk talk(Dialect::cosmic, NEB_POW_NONCE_APPENDED);
   EXPECT_EQ(talk.said, "{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"nebula-bench/1.0 (toy)\"]}\n");
   EXPECT_EQ(
      talk.hear(R"({"id":1,"result":[["mining.set_difficulty","mining.notify"],"00000001",8],"error":null})").what,
      Heard::What::nothing);
   EXPECT_NE(talk.said.find(R"(,"x,a=toy"])"), std::string::npos) << talk.said;

   Talk nine(Dialect::ergo, NEB_POW_NONCE_APPENDED, 8);
   (void)nine.hear(R"({"id":1,"result":[[["mining.notify","s"]],"00000002",4],"error":null})");
   EXPECT_NE(nine.said.find(R"(,"x,a=toy,notify=nine"])"), std::string::npos) << nine.said;

   SpeechSettings own = settings(Dialect::bitcoin);
   own.password = "d=3;algo=yescrypt";
   const StandInAlgorithm algorithm("toy", 76);
   Computer computer(algorithm.slot());
   const auto speech = make_speech(own, computer);
   Miner miner;
   std::string said;
   (void)speech->hear(miner, R"({"id":1,"result":[[["mining.notify","s"]],"00000002",4],"error":null})", said);
   EXPECT_NE(said.find(R"(,"d=3;algo=yescrypt"])"), std::string::npos) << "what the user wrote stays: " << said;
}

TEST(StratumSpeech, work_of_another_algorithm_and_a_refusal_are_told_in_plain_words) {
   const std::string cosmic = R"({"id":null,"method":"mining.notify","params":["zion_ch_000001",")" +
                              std::string(64, '1') + R"(","051eb851",1001,true]})";
   const std::string ergo = R"({"id":null,"method":"mining.notify","params":["1",1,")" + std::string(64, '1') +
                            R"(","","",2,"23158417847463239084714197","",true]})";
   const std::string bitcoin = R"({"id":null,"method":"mining.notify","params":["1",")" + std::string(64, '1') +
                               R"(","01","02",[],"20000000","1f418937","6b099f3c",true]})";
   const std::string short_ergo =
      R"({"id":null,"method":"mining.notify","params":["1",")" + std::string(64, '1') + R"(",1,true]})";
   const auto told = [](Dialect dialect, const std::string &line) {
      Talk talk(dialect, dialect == Dialect::bitcoin ? 76 : NEB_POW_NONCE_APPENDED, dialect == Dialect::ergo ? 8 : 4);
      const Heard heard = talk.hear(line);
      return heard.what == Heard::What::refused ? heard.text : "";
   };
   EXPECT_NE(told(Dialect::bitcoin, cosmic).find("work for Cosmic Harmony, not for toy"), std::string::npos);
   EXPECT_NE(told(Dialect::bitcoin, ergo).find("work for Autolykos, not for toy"), std::string::npos);
   EXPECT_NE(told(Dialect::cosmic, bitcoin).find("work for the yescrypt family, not for toy"), std::string::npos);
   EXPECT_NE(told(Dialect::ergo, short_ergo).find("autolykos_jobs"), std::string::npos);
   EXPECT_EQ(told(Dialect::cosmic, cosmic), "");
   EXPECT_EQ(
      told(Dialect::cosmic, R"({"id":2,"result":false,"error":{"code":-4,"message":"this port serves randomx"}})"),
      "the pool refuses miners of toy: this port serves randomx");
   EXPECT_EQ(told(Dialect::cosmic, R"({"id":null,"result":false,"error":{"code":-1,"message":"log in with login"}})"),
             "the pool refuses miners of toy: log in with login");
}

TEST(StratumSpeech, miners_of_one_template_have_one_mark_whatever_their_coinbase) {
   const auto mark = [](const char *coinb1, const char *ntime) {
      Talk talk(Dialect::bitcoin, 76);
      EXPECT_EQ(talk
                   .hear(R"({"id":null,"method":"mining.notify","params":["1",")" + std::string(64, '1') + R"(",")" +
                         coinb1 + R"(","02",[],"20000000","1f418937",")" + ntime + R"(",true]})")
                   .what,
                Heard::What::job);
      EXPECT_TRUE(talk.miner.work.mark.exact);
      return talk.miner.work.mark.value;
   };
   EXPECT_EQ(mark("01", "6b099f3c"), mark("03", "6b099f3c"));
   EXPECT_NE(mark("01", "6b099f3c"), mark("01", "6b099f3d"));
}

} // namespace nebula::pool
