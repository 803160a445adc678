#include "core/url.h"

#include <gtest/gtest.h>

namespace nebula::monero {

TEST(DaemonUrl, is_read_with_and_without_a_port) {
   EXPECT_EQ(parse_daemon_url("http://127.0.0.1:28081")->authority(), "127.0.0.1:28081");
   EXPECT_EQ(parse_daemon_url("http://node.example/")->authority(), "node.example:18081");
   EXPECT_EQ(parse_daemon_url("https://[::1]:18089")->authority(), "[::1]:18089");
   EXPECT_EQ(parse_daemon_url("https://[::1]")->host, "::1");
   EXPECT_TRUE(parse_daemon_url("https://node.example")->tls);
}

TEST(DaemonUrl, is_refused_with_the_reason_and_without_repeating_it) {
   for (const char *bad : {"", "127.0.0.1:18081", "ftp://x", "http://", "http://:1", "http://a:0", "http://a:65536",
                           "http://a:b", "http://a:", "http://[::1", "http://a/b", "http://a b", "http://a\r\nX: y"}) {
      const auto url = parse_daemon_url(bad);
      ASSERT_FALSE(url) << bad;
      EXPECT_TRUE(url.error().text.starts_with("an address like http://127.0.0.1:18081")) << url.error().text;
   }
   const auto secret = parse_daemon_url("http://me:hunter2@node.example");
   ASSERT_FALSE(secret);
   EXPECT_EQ(secret.error().text.find("hunter2"), std::string::npos);
   EXPECT_NE(secret.error().text.find("keys user and password"), std::string::npos);
}

} // namespace nebula::monero
