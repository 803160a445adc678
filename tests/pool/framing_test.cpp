#include <gtest/gtest.h>

#include "core/framing.h"
#include "core/proxy_header.h"

#include <random>

/// What comes first on a connection, and where lines end.

namespace nebula::pool {
namespace {

std::string proxy_header(unsigned command, unsigned family, std::string_view body) {
   std::string out(k_proxy_signature);
   out += static_cast<char>(0x20 | command);
   out += static_cast<char>(family);
   out += static_cast<char>(body.size() >> 8);
   out += static_cast<char>(body.size() & 0xff);
   return out.append(body);
}

const std::string k_tcp4_body("\xC0\x00\x02\x07\x0A\x00\x00\x01\x30\x39\x0D\x05", 12);

TEST(ProxyHeader, is_read_in_whatever_pieces_it_comes_and_asks_for_not_a_byte_more) {
   const std::string whole = proxy_header(1, 0x11, k_tcp4_body + std::string(40, '\x04'));
   std::string had;
   ProxyParse parse = read_proxy_header(had);
   while (parse.missing > 0) {
      ASSERT_LE(had.size() + parse.missing, whole.size());
      had += whole[had.size()];
      parse = read_proxy_header(had);
   }
   EXPECT_EQ(had, whole);
   ASSERT_TRUE(parse.header && parse.header->source);
   EXPECT_EQ(parse.header->source->text(), "192.0.2.7");
}

TEST(ProxyHeader, names_an_ipv6_miner_or_none) {
   std::string body(36, '\0');
   body[0] = 0x20;
   body[1] = 0x01;
   body[15] = 7;
   EXPECT_EQ(read_proxy_header(proxy_header(1, 0x21, body)).header->source->text(), "2001::7");
   EXPECT_FALSE(read_proxy_header(proxy_header(0, 0x00, "")).header->source);
   EXPECT_FALSE(read_proxy_header(proxy_header(0, 0x11, k_tcp4_body)).header->source) << "LOCAL: the proxy itself";
   EXPECT_FALSE(read_proxy_header(proxy_header(1, 0x00, "")).header->source);
}

TEST(ProxyHeader, is_refused_for_a_reason) {
   EXPECT_NE(std::string_view(read_proxy_header("PROXY TCP4 192.0.2.7 10.0.0.1 1 2\r\n").wrong).find("version 1"),
             std::string_view::npos);
   EXPECT_TRUE(read_proxy_header("{\"id\":1").wrong);
   EXPECT_TRUE(read_proxy_header(proxy_header(1, 0x11, k_tcp4_body.substr(1))).wrong);
   EXPECT_TRUE(read_proxy_header(proxy_header(1, 0x21, k_tcp4_body)).wrong);
   EXPECT_TRUE(read_proxy_header(proxy_header(2, 0x11, k_tcp4_body)).wrong);
   std::string other_version = proxy_header(1, 0x11, k_tcp4_body);
   other_version[12] = 0x31;
   EXPECT_TRUE(read_proxy_header(other_version).wrong);
   EXPECT_TRUE(read_proxy_header(proxy_header(1, 0x11, std::string(60'000, 'x')).substr(0, 16)).wrong) << "too long";
}

TEST(Opening, tells_tls_proxies_and_browsers_from_miners) {
   EXPECT_EQ(opening_of("\x16\x03\x01"), Opening::tls);
   EXPECT_EQ(opening_of("PROXY TCP4 1.2.3.4"), Opening::proxy);
   EXPECT_EQ(opening_of(proxy_header(1, 0x11, k_tcp4_body)), Opening::proxy);
   EXPECT_EQ(opening_of("GET / HTTP/1.1\r\n"), Opening::http);
   EXPECT_EQ(opening_of("POST /json_rpc HTTP/1.1\r\n"), Opening::http);
   EXPECT_EQ(opening_of("{\"id\":1,\"method\":\"login\"}"), Opening::lines);
   EXPECT_EQ(opening_of("\r\n"), Opening::lines);
   EXPECT_EQ(opening_of(std::string_view("\0", 1)), Opening::lines);
}

TEST(Framing, gives_the_same_lines_however_the_bytes_are_cut) {
   std::mt19937_64 random(3);
   for (int round = 0; round < 300; ++round) {
      std::vector<std::string> lines;
      std::string text;
      for (std::size_t i = 0, count = random() % 8; i < count; ++i) {
         lines.emplace_back(random() % 300, static_cast<char>('a' + i));
         text += lines.back() + (random() % 2 ? "\n" : "\r\n");
      }
      const std::string rest(random() % 20, 'z');
      text += rest;
      std::string half;
      std::vector<std::string> got;
      for (std::string_view left = text; !left.empty();) {
         std::string_view bytes = left.substr(0, 1 + random() % 200);
         left.remove_prefix(bytes.size());
         while (!bytes.empty()) {
            CutLine cut;
            next_line(bytes, half, cut);
            ASSERT_NE(cut.cut, Cut::too_long);
            if (cut.cut == Cut::line)
               got.emplace_back(cut.line);
         }
      }
      EXPECT_EQ(got, lines) << "round " << round;
      EXPECT_EQ(half, rest);
   }
}

TEST(Framing, keeps_no_more_of_a_line_than_a_line_may_have) {
   const std::string piece(1'000, 'x');
   std::string half;
   CutLine cut;
   for (std::size_t had = 0; had + piece.size() <= k_line_bytes_max; had += piece.size()) {
      std::string_view bytes = piece;
      next_line(bytes, half, cut);
      ASSERT_EQ(cut.cut, Cut::partial);
   }
   std::string_view bytes = piece;
   next_line(bytes, half, cut);
   EXPECT_EQ(cut.cut, Cut::too_long);
   EXPECT_LE(half.size(), k_line_bytes_max);
   std::string longest = std::string(k_line_bytes_max, 'y') + "\n";
   bytes = longest;
   half.clear();
   next_line(bytes, half, cut);
   EXPECT_EQ(cut.cut, Cut::line);
}

TEST(Framing, keeps_no_memory_for_a_line_that_has_ended) {
   std::string half;
   CutLine cut;
   for (int i = 0; i < 2; ++i) {
      const std::string begin(500, 'a'), end = "b\n";
      std::string_view bytes = begin;
      next_line(bytes, half, cut);
      EXPECT_EQ(half.size(), 500u);
      bytes = end;
      next_line(bytes, half, cut);
      EXPECT_EQ(cut.line.size(), 501u);
      EXPECT_EQ(half.capacity(), std::string().capacity());
   }
}

} // namespace
} // namespace nebula::pool
