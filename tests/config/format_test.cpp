#include "host/config/format.h"

#include <gtest/gtest.h>

namespace nebula::host::config {
namespace {

void fits(std::string_view format, std::initializer_list<std::string_view> texts) {
   for (const std::string_view text : texts)
      EXPECT_EQ(format_problem(format, text), "") << format << ": " << text;
}
void fails(std::string_view format, std::initializer_list<std::string_view> texts) {
   for (const std::string_view text : texts)
      EXPECT_NE(format_problem(format, text), "") << format << ": " << text;
}

TEST(Format, tcp_address) {
   fits("tcp-address",
        {"127.0.0.1:3333", "localhost:1", "pool.example.com:65535", "[::1]:3333", "[fe80::1]:80", "my_host:80"});
   fails("tcp-address", {"", ":3333", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "a b:1", "::1:3333",
                         "[]:1", "[", "[::1]", "[::1:3333", "http://x:1", "x:1x", "x:-1", "-x:1"});
   EXPECT_EQ(format_problem("tcp-address", "0.0.0.0:99999"), "is not a TCP address (port must be 1-65535)");
}

TEST(Format, tcp_listen_also_takes_port_zero) {
   fits("tcp-listen", {"127.0.0.1:0", "[::]:0"});
   fails("tcp-listen", {"127.0.0.1:65536", "127.0.0.1"});
}

TEST(Format, url) {
   fits("url", {"http://127.0.0.1:18081", "https://example.com/a?b#c", "stratum+tcp://pool.example:3333",
                "redis://u:p@h:6379/0", "ws://[::1]:80/x"});
   fails("url", {"", "127.0.0.1:18081", "://x", "http://", "http://:80", "http://x:99999", "http://a b", "ht tp://x"});
}

TEST(Format, sha256_and_path) {
   fits("sha256", {std::string_view("0123456789abcdefABCDEF0123456789abcdef0123456789abcdef0123456789")});
   fails("sha256", {"", "12"});
   fits("path", {"a", "/x/y", "./data"});
   fails("path", {"", std::string_view("a\0b", 3)});
}

TEST(Format, unknown_ones_only_annotate) {
   EXPECT_EQ(format_problem("uri", "not one"), "");
   EXPECT_TRUE(is_known_format("uri"));
   EXPECT_FALSE(is_known_format("tcp-adress"));
}

} // namespace
} // namespace nebula::host::config
