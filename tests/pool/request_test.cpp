#include <gtest/gtest.h>

#include "core/request.h"

/// The lines are those of unmodified miners: XMRig 6.26, cpuminer-opt 26, a CPU miner of Ergo, the GPU miner of
/// ZION 2.8.2.

namespace nebula::pool {
namespace {

struct Read {
   std::string text;
   JsonLine line;
   ParsedLine parsed;

   Read(std::string_view from, Dialect dialect) : text(from) {
      EXPECT_EQ(line.parse(text), nullptr) << text;
      parsed = read_request(line, dialect);
   }
   template <class T>
   const T *as() const {
      return parsed.request ? std::get_if<T>(&*parsed.request) : nullptr;
   }
};

Dialect first(std::string_view text) {
   JsonLine line;
   EXPECT_EQ(line.parse(text), nullptr);
   return dialect_of_first(line);
}

TEST(Request, tells_the_dialect_by_the_first_line) {
   EXPECT_EQ(first(R"({"id":1,"jsonrpc":"2.0","method":"login","params":{}})"), Dialect::xmrig);
   EXPECT_EQ(first(R"({"id":1,"method":"mining.subscribe","params":["miner/1.0"]})"), Dialect::cosmic);
   EXPECT_EQ(first(R"({"id":1,"method":"eth_submitLogin","params":[]})"), Dialect::unknown);
   EXPECT_EQ(first("[]"), Dialect::unknown);
   EXPECT_EQ(first("7"), Dialect::unknown);
}

TEST(Request, reads_the_login_of_xmrig) {
   const Read read(R"({"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"WALLET","pass":"x",)"
                   R"J("agent":"XMRig/6.26.0 (Linux x86_64)","rigid":"rig7","algo":["rx/0","cn/r"]}})J",
                   Dialect::xmrig);
   const auto *login = read.as<Login>();
   ASSERT_TRUE(login) << read.parsed.wrong;
   EXPECT_EQ(read.parsed.id, "1");
   EXPECT_EQ(login->user, "WALLET");
   EXPECT_EQ(login->password, "x");
   EXPECT_EQ(login->agent, "XMRig/6.26.0 (Linux x86_64)");
   EXPECT_EQ(login->rig, "rig7");
   EXPECT_EQ(login->algorithms, (std::vector<std::string>{"rx/0", "cn/r"}));
}

TEST(Request, reads_a_share_of_xmrig_with_the_nonce_in_memory_order) {
   const Read read(
      R"({"id":2,"jsonrpc":"2.0","method":"submit","params":{"id":"sess1","job_id":"j1","nonce":"28000000",)"
      R"("result":"00000000000000000000000000000000000000000000000000000000000000ff","algo":"rx/0"}})",
      Dialect::xmrig);
   const auto *share = read.as<SubmitDigest>();
   ASSERT_TRUE(share) << read.parsed.wrong;
   EXPECT_EQ(share->session, "sess1");
   EXPECT_EQ(share->job, "j1");
   EXPECT_EQ(share->nonce, 0x28u);
   EXPECT_EQ(share->digest[31], 0xff);
}

TEST(Request, reads_what_the_gpu_miner_of_cosmic_harmony_says) {
   const Read hello(R"({"id":1,"method":"mining.subscribe","params":["miner/1.0"]})", Dialect::cosmic);
   ASSERT_TRUE(hello.as<Subscribe>());
   EXPECT_EQ(hello.as<Subscribe>()->agent, "miner/1.0");
   EXPECT_EQ(hello.as<Subscribe>()->session, "");
   for (const char *method : {"mining.authorize", "mining.login"}) {
      const Read who(R"({"id":2,"method":")" + std::string(method) + R"(","params":["ZION_A","cosmic_harmony"]})",
                     Dialect::cosmic);
      ASSERT_TRUE(who.as<Authorize>());
      EXPECT_EQ(who.as<Authorize>()->user, "ZION_A");
      EXPECT_EQ(who.as<Authorize>()->password, "cosmic_harmony");
   }
   const Read share(R"({"id":3,"method":"mining.submit","params":["ZION_A","zion_ch_000042","0000abcd",)"
                    R"("5d8a4f51bba44aadbdd92ee56134f76ed670837453e19cc1ce8989a862503bc2"]})",
                    Dialect::cosmic);
   ASSERT_TRUE(share.as<SubmitDigest>()) << share.parsed.wrong;
   EXPECT_EQ(share.as<SubmitDigest>()->job, "zion_ch_000042");
   EXPECT_EQ(share.as<SubmitDigest>()->nonce, 0xabcdu);
   EXPECT_EQ(share.as<SubmitDigest>()->digest[0], 0x5d);
}

TEST(Request, reads_a_header_share_of_the_yescrypt_family) {
   const Read read(
      R"({"method": "mining.submit", "params": ["W.rig1", "1f", "00000001", "66554433", "b2957c02"], "id":4})",
      Dialect::bitcoin);
   const auto *share = read.as<SubmitHeader>();
   ASSERT_TRUE(share) << read.parsed.wrong;
   EXPECT_EQ(read.parsed.id, "4");
   EXPECT_EQ(share->job, "1f");
   EXPECT_EQ(share->extranonce2_size, 4);
   EXPECT_EQ(share->extranonce2[3], 1);
   EXPECT_EQ(share->ntime, 0x66554433u);
   EXPECT_EQ(share->nonce, 0xb2957c02u);
   EXPECT_FALSE(share->rolled_version);
}

TEST(Request, reads_the_whole_nonce_of_an_ergo_share) {
   const Read read(R"({"id":9,"method":"mining.submit","params":["W","5","0000beef","","a1b2c3d40000beef"]})",
                   Dialect::ergo);
   ASSERT_TRUE(read.as<SubmitNonce>()) << read.parsed.wrong;
   EXPECT_EQ(read.as<SubmitNonce>()->nonce, 0xa1b2c3d40000beefu);
}

TEST(Request, reads_the_smaller_things_that_miners_say) {
   EXPECT_TRUE(Read(R"({"id":5,"method":"keepalived","params":{"id":"s"}})", Dialect::xmrig).as<Keepalived>());
   EXPECT_TRUE(Read(R"({"id":5,"method":"mining.ping"})", Dialect::bitcoin).as<Ping>());
   EXPECT_TRUE(Read(R"({"id":5,"method":"mining.extranonce.subscribe","params":[]})", Dialect::bitcoin)
                  .as<ExtranonceSubscribe>());
   const Read configure(
      R"({"id":5,"method":"mining.configure","params":[["version-rolling"],{"version-rolling.mask":"1f"}]})",
      Dialect::bitcoin);
   ASSERT_TRUE(configure.as<Configure>());
   EXPECT_EQ(configure.as<Configure>()->extensions, std::vector<std::string>{"version-rolling"});
   const Read suggest(R"({"id":5,"method":"mining.suggest_difficulty","params":[0.25]})", Dialect::bitcoin);
   ASSERT_TRUE(suggest.as<SuggestDifficulty>());
   EXPECT_EQ(suggest.as<SuggestDifficulty>()->difficulty, 0.25);
   EXPECT_TRUE(Read(R"({"id":5,"result":"cpuminer/26","error":null})", Dialect::bitcoin).as<Answer>());
   const Read unknown(R"({"id":5,"method":"eth_getWork","params":[]})", Dialect::bitcoin);
   ASSERT_TRUE(unknown.as<UnknownMethod>());
   EXPECT_EQ(unknown.as<UnknownMethod>()->method, "eth_getWork");
}

TEST(Request, says_in_the_terms_of_the_protocol_what_is_wrong) {
   const struct {
      Dialect dialect;
      const char *line, *why;
   } cases[] = {
      {Dialect::xmrig, R"([1])", "Invalid request: a JSON object was expected"},
      {Dialect::xmrig, R"({"id":1})", "Invalid request: the method is missing"},
      {Dialect::xmrig, R"({"id":1,"method":7})", "Invalid request: the method is not a string"},
      {Dialect::xmrig, R"({"id":1,"method":"login"})", "Invalid params: the login is missing"},
      {Dialect::xmrig, R"({"id":1,"method":"login","params":["W"]})", "Invalid params: the login is missing"},
      {Dialect::xmrig, R"({"id":1,"method":"login","params":{"login":7}})", "Invalid params: a name is not a string"},
      {Dialect::xmrig, R"({"id":1,"method":"submit","params":{"nonce":"28000000"}})",
       "Invalid params: the job id is missing"},
      {Dialect::xmrig, R"({"id":1,"method":"submit","params":{"job_id":"j","nonce":"2800000"}})",
       "Invalid params: the nonce is not 8 hexadecimal digits"},
      {Dialect::xmrig, R"({"id":1,"method":"submit","params":{"job_id":"j","nonce":"28000000","result":"00"}})",
       "Invalid params: the result is not 64 hexadecimal digits"},
      {Dialect::cosmic, R"({"id":1,"method":"mining.authorize","params":[]})", "Invalid params: the user is missing"},
      {Dialect::cosmic, R"({"id":1,"method":"mining.submit","params":["W","j",17,"00"]})",
       "Invalid params: the nonce is not 8 hexadecimal digits"},
      {Dialect::bitcoin, R"({"id":1,"method":"mining.submit","params":["W","j","000","66554433","b2957c02"]})",
       "Invalid params: extranonce2 is not hexadecimal, or too long"},
      {Dialect::bitcoin, R"({"id":1,"method":"mining.submit","params":["W","j","00","6655443","b2957c02"]})",
       "Invalid params: ntime is not 8 hexadecimal digits"},
      {Dialect::ergo, R"({"id":1,"method":"mining.submit","params":["W","j","","","0102"]})",
       "Invalid params: the nonce is not 16 hexadecimal digits"},
      {Dialect::bitcoin, R"({"id":1,"method":"mining.suggest_difficulty","params":[0]})",
       "Invalid params: a difficulty is a number above 0"},
   };
   for (const auto &one : cases) {
      const Read read(one.line, one.dialect);
      EXPECT_FALSE(read.parsed.request) << one.line;
      EXPECT_STREQ(read.parsed.wrong, one.why) << one.line;
   }
}

TEST(Request, bounds_names_and_ids) {
   const std::string longest(k_name_bytes_max, 'w');
   EXPECT_TRUE(
      Read(R"({"id":1,"method":"mining.authorize","params":[")" + longest + R"("]})", Dialect::cosmic).as<Authorize>());
   EXPECT_FALSE(
      Read(R"({"id":1,"method":"mining.authorize","params":[")" + longest + R"(w"]})", Dialect::cosmic).parsed.request);
   EXPECT_EQ(
      Read(R"({"id":")" + std::string(k_id_bytes_max, '1') + R"(","method":"mining.ping"})", Dialect::cosmic).parsed.id,
      "null");
   EXPECT_EQ(Read(R"({"id":[1],"method":"mining.ping"})", Dialect::cosmic).parsed.id, "null");
   EXPECT_EQ(Read(R"({"id":"a","method":"mining.ping"})", Dialect::cosmic).parsed.id, "\"a\"");
}

TEST(Request, takes_names_only_as_they_can_be_shown_and_other_words_as_far_as_they_can) {
   const auto authorize = [](std::string_view user) {
      return R"({"id":1,"method":"mining.authorize","params":[")" + std::string(user) + R"(","x\u0007d=5\u202e"]})";
   };
   // What scripts leave behind a name, and any name in any language.
   for (const auto &[said, meant] :
        {std::pair(R"(ZION_A.rig\r)", "ZION_A.rig"), std::pair(R"( ZION_A\n\u0000)", "ZION_A"),
         std::pair("ZION_A.gr\xC3\xB6\xC3\x9F\x65", "ZION_A.gr\xC3\xB6\xC3\x9F\x65"),
         std::pair(R"(ZION_A.\ud83d\ude00)", "ZION_A.\xF0\x9F\x98\x80")}) {
      const Read read(authorize(said), Dialect::bitcoin);
      ASSERT_TRUE(read.as<Authorize>()) << said << ": " << read.parsed.wrong;
      EXPECT_EQ(read.as<Authorize>()->user, meant);
      EXPECT_EQ(read.as<Authorize>()->password, "xd=5");
   }
   for (const char *wrong :
        {R"(a\u0000b)", R"(a\nb)", R"(a\u001bb)", R"(a\u007fb)", R"(a\u009bb)", R"(a\u202eb)", R"(a\u200bb)",
         R"(\ud800)", R"(a\udc00b)", R"(a\ud800\ud800b)", R"(a\ufffdb)", "a\xE2\x80\xA8z"}) {
      const Read read(authorize(wrong), Dialect::bitcoin);
      ASSERT_FALSE(read.parsed.request) << wrong;
      EXPECT_STREQ(read.parsed.wrong, "Invalid params: the user has characters that cannot be shown") << wrong;
   }
   for (const char *nobody : {".rig", "+5", ".rig+5", "..", ".+"}) {
      const Read read(authorize(nobody), Dialect::bitcoin);
      ASSERT_FALSE(read.parsed.request) << nobody;
      EXPECT_STREQ(read.parsed.wrong, "Invalid params: the wallet is missing before the worker's name") << nobody;
   }
   const Read login(
      R"({"id":1,"method":"login","params":{"login":"W","pass":"x","agent":"XM\u001bRig\ud800\u202e","rigid":"r"}})",
      Dialect::xmrig);
   ASSERT_TRUE(login.as<Login>());
   EXPECT_EQ(login.as<Login>()->agent, "XMRig");
   const Read rig(R"({"id":1,"method":"login","params":{"login":"W","rigid":"r\u0000s"}})", Dialect::xmrig);
   EXPECT_STREQ(rig.parsed.wrong, "Invalid params: the rig id has characters that cannot be shown");
}

TEST(Request, bounds_every_text_of_a_login) {
   const std::string over(k_name_bytes_max + 1, 'x');
   const std::pair<const char *, const char *> cases[] = {
      {"login", "login"}, {"pass", "password"}, {"agent", "agent"}, {"rigid", "rig id"}};
   for (const auto &[member, called] : cases) {
      const std::string begin = member == std::string_view("login") ? "" : R"("login":"W",)";
      const Read read(R"({"id":1,"method":"login","params":{)" + begin + '"' + member + R"(":")" + over + R"("}})",
                      Dialect::xmrig);
      ASSERT_FALSE(read.parsed.request) << member;
      EXPECT_EQ(std::string(read.parsed.wrong), std::string("Invalid params: the ") + called + " is too long");
   }
   // Of two members of a name the last counts, as in most readers.
   const Read twice(R"({"id":1,"method":"login","params":{"login":"W","login":"V"}})", Dialect::xmrig);
   ASSERT_TRUE(twice.as<Login>());
   EXPECT_EQ(twice.as<Login>()->user, "V");
}

} // namespace
} // namespace nebula::pool
