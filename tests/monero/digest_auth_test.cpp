#include "core/digest_auth.h"
#include "vectors.h"

#include <gtest/gtest.h>

namespace nebula::monero::test {

namespace {

const std::vector<std::string> k_daemon_challenges = {
   R"(Digest qop="auth",algorithm=MD5,realm="monero-rpc",nonce="pP9G9oCzTPDUR0R71xdduA==",stale=false)",
   R"(Digest qop="auth",algorithm=MD5-sess,realm="monero-rpc",nonce="pP9G9oCzTPDUR0R71xdduA==",stale=false)"};
const std::vector<std::string> k_stale_challenge = {
   R"(Digest qop="auth",algorithm=MD5,realm="monero-rpc",nonce="AAAAAAAAAAAAAAAAAAAAAA==",stale=true)"};
const Credentials k_credentials{"user", "pass"};

} // namespace

TEST(DigestResponse, is_what_the_daemon_accepted_for_md5_and_md5_sess) {
   for (const auto &value : vectors().at("digest").as_array()) {
      const auto &row = value.as_object();
      const DigestChallenge challenge{text(row, "realm"), text(row, "nonce"), text(row, "algorithm") == "MD5-sess",
                                      false};
      EXPECT_EQ(digest_response({text(row, "username"), text(row, "password")}, challenge, text(row, "method"),
                                text(row, "uri"), text(row, "nc"), text(row, "cnonce")),
                text(row, "response"));
   }
}

TEST(DigestSession, sends_nothing_before_it_was_challenged) {
   DigestSession session;
   EXPECT_EQ(session.authorization(k_credentials, "POST", "/json_rpc", "c"), std::nullopt);
}

TEST(DigestSession, counts_each_request_by_exactly_one) {
   DigestSession session;
   ASSERT_EQ(session.on_unauthorized(k_daemon_challenges, false), DigestSession::Verdict::retry);
   for (const char *nc : {"nc=00000001,", "nc=00000002,", "nc=00000003,"})
      EXPECT_NE(session.authorization(k_credentials, "POST", "/json_rpc", "c")->find(nc), std::string::npos);
}

TEST(DigestSession, writes_the_header_monerod_reads) {
   DigestSession session;
   ASSERT_EQ(session.on_unauthorized(k_daemon_challenges, false), DigestSession::Verdict::retry);
   EXPECT_EQ(*session.authorization(k_credentials, "POST", "/json_rpc", "YWJiYTczOTBlNjMyNTBjZjZhMDNmODk2MTMyMTE4YjU="),
             "Digest username=\"user\", realm=\"monero-rpc\", nonce=\"pP9G9oCzTPDUR0R71xdduA==\", uri=\"/json_rpc\", "
             "cnonce=\"YWJiYTczOTBlNjMyNTBjZjZhMDNmODk2MTMyMTE4YjU=\", nc=00000001, qop=auth, "
             "response=\"260537e818bc1440a8c3e5fa9caf387f\", algorithm=MD5");
}

TEST(DigestSession, starts_counting_again_with_the_new_nonce_of_a_stale_one) {
   DigestSession session;
   ASSERT_EQ(session.on_unauthorized(k_daemon_challenges, false), DigestSession::Verdict::retry);
   (void)session.authorization(k_credentials, "POST", "/json_rpc", "c");
   ASSERT_EQ(session.on_unauthorized(k_stale_challenge, false), DigestSession::Verdict::retry);
   const auto header = session.authorization(k_credentials, "POST", "/json_rpc", "c");
   EXPECT_NE(header->find("nonce=\"AAAAAAAAAAAAAAAAAAAAAA==\""), std::string::npos);
   EXPECT_NE(header->find("nc=00000001,"), std::string::npos);
}

TEST(DigestSession, calls_the_credentials_bad_when_a_fresh_nonce_is_refused) {
   DigestSession session;
   ASSERT_EQ(session.on_unauthorized(k_daemon_challenges, false), DigestSession::Verdict::retry);
   EXPECT_EQ(session.on_unauthorized(k_daemon_challenges, true), DigestSession::Verdict::bad_credentials);
   EXPECT_EQ(session.on_unauthorized(k_stale_challenge, true), DigestSession::Verdict::bad_credentials)
      << "one retry for one request, whatever the daemon says";
}

TEST(DigestChallenge, prefers_the_first_that_it_can_answer) {
   EXPECT_FALSE(choose_challenge(k_daemon_challenges)->sess);
   EXPECT_TRUE(choose_challenge(std::vector<std::string>{"Basic realm=\"x\"", k_daemon_challenges[1]})->sess);
   EXPECT_EQ(choose_challenge(std::vector<std::string>{
                "Basic realm=\"x\"", "Digest qop=\"auth-int\",nonce=\"n\",realm=\"r\"",
                "Digest qop=\"auth\",algorithm=SHA-256,nonce=\"n\",realm=\"r\"", "Digest qop=\"auth", ""}),
             std::nullopt);
}

TEST(DigestChallenge, escapes_quotes_in_names) {
   DigestSession session;
   ASSERT_EQ(session.on_unauthorized(k_daemon_challenges, false), DigestSession::Verdict::retry);
   EXPECT_NE(session.authorization({"a\"b\\c", "p"}, "POST", "/", "c")->find(R"(username="a\"b\\c")"),
             std::string::npos);
}

} // namespace nebula::monero::test
