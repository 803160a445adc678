#include <gtest/gtest.h>

#include "core/message.h"

#include "common/hex.h"
#include "common/share_target.h"

namespace nebula::upstream {
namespace {

/// A line and what was read of it, which points into it.
struct Read {
   Read(std::string line, Dialect dialect) : text(std::move(line)) {
      if (const char *why = json.parse(text))
         parsed.wrong = why;
      else
         parsed = read_message(json, dialect);
   }
   template <class T>
   [[nodiscard]] const T *as() const {
      return parsed.message ? std::get_if<T>(&*parsed.message) : nullptr;
   }
   std::string text;
   JsonLine json;
   ParsedMessage parsed;
};

std::string blob(std::size_t bytes) {
   return std::string(2 * bytes, '0');
}

const std::string k_hash(64, 'a');

std::string bitcoin_notify(const std::string &branches, const std::string &version = "20000000") {
   return R"({"id":null,"method":"mining.notify","params":["7f",")" + k_hash + R"(","0100","ffff",)" + branches +
          R"(,")" + version + R"(","1d00ffff","65000000",true]})";
}

} // namespace

TEST(UpstreamMessage, a_job_of_xmrigs_dialect_is_decoded) {
   const Read read(R"({"jsonrpc":"2.0","method":"job","params":{"blob":")" + blob(76) +
                      R"(","job_id":"j1","target":"44444404","algo":"rx/0","height":3000001,"seed_hash":")" + k_hash +
                      R"("}})",
                   Dialect::xmrig);
   const auto *job = read.as<NewJob>();
   ASSERT_TRUE(job) << read.parsed.wrong;
   EXPECT_EQ(job->job.id, "j1");
   EXPECT_EQ(job->job.input.size(), 76u);
   EXPECT_EQ(job->job.algorithm, "rx/0");
   EXPECT_EQ(job->job.height, 3'000'001u);
   EXPECT_EQ(common::to_hex(*job->job.seed), k_hash);
   // 0x04444444 = (2^32 - 1) / 60 rounded down, so sixty hashes a share.
   EXPECT_EQ(common::difficulty_of(job->job.target), 60u);
}

TEST(UpstreamMessage, targets_of_xmrig_have_eight_or_sixteen_digits_and_are_never_zero) {
   EXPECT_EQ(*xmrig_target("ffffffffffffff00"), common::target_of_xmrig(0x00ffffffffffffffull));
   EXPECT_EQ(*xmrig_target("ffffffff"), common::target_of_xmrig(~0ull));
   for (const char *bad : {"", "00000000", "0000000000000000", "4444440", "444444zz", "44444444444444444"})
      EXPECT_FALSE(xmrig_target(bad)) << bad;
}

TEST(UpstreamMessage, a_difficulty_of_the_bitcoin_scale_becomes_its_target_exactly) {
   const U256 unit = U256(1) << 240;
   EXPECT_EQ(*bitcoin_target("1"), unit);
   EXPECT_EQ(*bitcoin_target("1.0"), unit);
   EXPECT_EQ(*bitcoin_target("0.5"), unit * U256(2));
   EXPECT_EQ(*bitcoin_target("5e-1"), unit * U256(2));
   EXPECT_EQ(*bitcoin_target("0.0000152587890625"), U256::max()) << "one hash: 2^256 is more than the largest target";
   EXPECT_EQ(*bitcoin_target("3"), unit / U256(3));
   EXPECT_EQ(*bitcoin_target("1e3"), unit / U256(1000));
   EXPECT_EQ(*bitcoin_target("0.3"), unit * U256(10) / U256(3));
   EXPECT_EQ(*bitcoin_target("100000000000000000000000"), unit / (U256(100'000) * U256(1'000'000'000'000'000'000)));
   for (const char *bad : {"", "0", "0.000", "-1", "1e-90", "1e99", "null", "\"1\"", "1.2.3", "1e", "e5", "nan"})
      EXPECT_FALSE(bitcoin_target(bad)) << bad;
}

TEST(UpstreamMessage, a_job_of_the_bitcoin_dialect_is_decoded_with_its_previous_block_as_the_header_has_it) {
   std::string line = bitcoin_notify(R"([")" + k_hash + R"("])");
   line.replace(line.find(k_hash), 64, "04030201" + std::string(56, '0'));
   const Read read(line, Dialect::bitcoin);
   const auto *job = read.as<NewJob>();
   ASSERT_TRUE(job) << read.parsed.wrong;
   ASSERT_TRUE(job->job.coinbase);
   EXPECT_EQ(common::to_hex(job->job.coinbase->previous).substr(0, 8), "01020304");
   EXPECT_EQ(job->job.coinbase->version, 0x20000000u);
   EXPECT_EQ(job->job.coinbase->branches.size(), 1u);
   EXPECT_EQ(common::to_hex(job->job.coinbase->coinb1), "0100");
   EXPECT_FALSE(job->has_target);
}

TEST(UpstreamMessage, a_job_of_the_ergo_dialect_has_its_target_as_a_decimal_number) {
   const Read read(
      R"({"id":null,"method":"mining.notify","params":["a",500,")" + k_hash +
         R"(","","",2,"115792089237316195423570985008687907853269984665640564039457584007913129639935","",true]})",
      Dialect::ergo);
   const auto *job = read.as<NewJob>();
   ASSERT_TRUE(job) << read.parsed.wrong;
   EXPECT_EQ(job->job.height, 500u);
   EXPECT_EQ(job->job.target, U256::max());
   const Read brief(R"({"method":"mining.notify","params":["a",")" + k_hash + R"(",500,false]})", Dialect::ergo);
   ASSERT_TRUE(brief.as<NewJob>()) << brief.parsed.wrong;
   EXPECT_TRUE(brief.as<NewJob>()->job.brief);
   EXPECT_FALSE(brief.as<NewJob>()->has_target);
}

TEST(UpstreamMessage, a_job_of_cosmic_harmony_is_decoded) {
   const Read read(R"({"id":null,"method":"mining.notify","params":["zion_ch_000042",")" + k_hash +
                      R"(","0000ffff",7,true]})",
                   Dialect::cosmic);
   const auto *job = read.as<NewJob>();
   ASSERT_TRUE(job) << read.parsed.wrong;
   EXPECT_EQ(job->job.target, common::target_of_cosmic(0xffff));
   EXPECT_EQ(job->job.height, 7u);
   EXPECT_TRUE(job->job.clean);
}

TEST(UpstreamMessage, what_is_no_job_is_told_apart_and_harms_nothing) {
   const auto wrong = [](const std::string &line, Dialect dialect) {
      const Read read(line, dialect);
      return read.parsed.wrong != nullptr;
   };
   EXPECT_TRUE(wrong(R"({"method":"job","params":{}})", Dialect::xmrig));
   EXPECT_TRUE(wrong(R"({"method":"job","params":{"job_id":"a","target":"ffffffff","blob":")" + blob(42) + R"("}})",
                     Dialect::xmrig));
   EXPECT_TRUE(wrong(R"({"method":"job","params":{"job_id":"a","target":"ffffffff","blob":")" + blob(408) + R"("}})",
                     Dialect::xmrig));
   EXPECT_TRUE(wrong(R"({"method":"job","params":{"job_id":"a","target":"ffffffff","seed_hash":"ab","blob":")" +
                        blob(76) + R"("}})",
                     Dialect::xmrig));
   EXPECT_TRUE(wrong(R"({"method":"mining.notify","params":[")" + std::string(129, 'j') + R"(",")" + k_hash +
                        R"(","ffff",1,true]})",
                     Dialect::cosmic));
   EXPECT_TRUE(
      wrong(R"({"method":"mining.notify","params":["a",")" + k_hash + R"(","00000000",1,true]})", Dialect::cosmic));
   EXPECT_TRUE(
      wrong(R"({"method":"mining.notify","params":["a",1,")" + k_hash + R"(","","",2,"-5","",true]})", Dialect::ergo));
   EXPECT_TRUE(wrong(bitcoin_notify("[]", "2000000"), Dialect::bitcoin));
   EXPECT_TRUE(wrong(bitcoin_notify(R"(["ab"])"), Dialect::bitcoin));
   std::string many = "[";
   for (std::size_t i = 0; i <= k_branches_max; ++i)
      many += (i == 0 ? "\"" : ",\"") + k_hash + "\"";
   EXPECT_TRUE(wrong(bitcoin_notify(many + "]"), Dialect::bitcoin));
   EXPECT_TRUE(wrong(R"({"method":"mining.set_difficulty","params":[0]})", Dialect::bitcoin));
   EXPECT_TRUE(wrong(R"({"method":"mining.set_extranonce","params":["ab",17]})", Dialect::bitcoin));
   EXPECT_TRUE(wrong(R"({"method":"client.reconnect","params":[5,"x"]})", Dialect::bitcoin));
   EXPECT_TRUE(wrong("[1,2]", Dialect::bitcoin));
   EXPECT_TRUE(wrong("HTTP/1.1 400 Bad Request", Dialect::cosmic));
}

TEST(UpstreamMessage, answers_come_in_all_the_forms_that_pools_have) {
   const auto answer = [](const char *line) {
      const Read read(line, Dialect::cosmic);
      const auto *one = read.as<Answer>();
      return one ? std::to_string(one->id) + (one->good ? " good" : " " + std::to_string(one->code) + " " + one->text)
                 : "none";
   };
   EXPECT_EQ(answer(R"({"id":3,"result":true,"error":null})"), "3 good");
   EXPECT_EQ(answer(R"({"id":3,"result":true})"), "3 good");
   EXPECT_EQ(answer(R"({"id":3,"result":false,"error":{"code":-1,"message":"Invalid share"}})"), "3 -1 Invalid share");
   EXPECT_EQ(answer(R"({"id":3,"result":null,"error":[21,"Job not found",null]})"), "3 21 Job not found");
   EXPECT_EQ(answer(R"({"id":3,"error":"go\naway"})"), "3 0 go away");
   EXPECT_EQ(answer(R"({"id":3,"result":null,"error":null})"), "3 0 it gives no reason");
   EXPECT_EQ(answer(R"({"id":null,"result":true})"), "none");
   EXPECT_EQ(answer(R"({"id":"x","result":true})"), "none");
}

TEST(UpstreamMessage, what_a_pool_says_to_people_is_cut_and_has_no_control_characters) {
   const Read read(R"({"method":"client.show_message","params":["a\u0007)" + std::string(500, 'b') + R"("]})",
                   Dialect::bitcoin);
   ASSERT_TRUE(read.as<ShowMessage>());
   EXPECT_EQ(read.as<ShowMessage>()->text, "a " + std::string(k_text_bytes_max - 2, 'b'));
}

TEST(UpstreamMessage, a_subscription_must_leave_room_that_fits) {
   const auto space = [](const char *text, Dialect dialect) {
      JsonLine line;
      EXPECT_EQ(line.parse(text), nullptr);
      return read_subscription(line.root(), dialect);
   };
   EXPECT_EQ(space(R"([[],"a1b2c3d4",4])", Dialect::bitcoin)->extranonce2_size, 4u);
   EXPECT_EQ(space(R"([[],"a1b2c3d4",4])", Dialect::ergo)->extranonce1.size(), 4u);
   EXPECT_FALSE(space(R"([[],"a1b2c3d4",5])", Dialect::ergo));
   EXPECT_FALSE(space(R"([[],"a1b2c3d",4])", Dialect::bitcoin));
   EXPECT_FALSE(space(R"([[],"a1b2c3d4",17])", Dialect::bitcoin));
   EXPECT_FALSE(space(R"(true)", Dialect::bitcoin));
}

} // namespace nebula::upstream
