#include "core/http_response.h"

#include <gtest/gtest.h>

namespace nebula::monero {

namespace {

// As monerod writes it.
const std::string k_daemon_answer = "HTTP/1.1 200 Ok\r\nServer: Epee-based\r\nContent-Length: 5\r\n"
                                    "Content-Type: application/json\r\nLast-Modified: Tue, 09 Jan 2024 10:00:00 GMT\r\n"
                                    "Accept-Ranges: bytes\r\n\r\nhello";

std::string error_of(std::string_view data) {
   HttpResponseParser parser;
   const auto used = parser.feed(data);
   return used ? "none" : used.error().text;
}

} // namespace

TEST(HttpResponse, is_the_same_however_it_is_cut) {
   for (std::size_t piece = 1; piece <= k_daemon_answer.size(); ++piece) {
      HttpResponseParser parser;
      for (std::size_t at = 0; at < k_daemon_answer.size(); at += piece)
         ASSERT_TRUE(parser.feed(std::string_view(k_daemon_answer).substr(at, piece)));
      ASSERT_TRUE(parser.done()) << piece;
      const HttpResponse response = parser.take();
      EXPECT_EQ(response.status, 200);
      EXPECT_EQ(response.body, "hello");
      EXPECT_TRUE(response.keep_alive);
   }
}

TEST(HttpResponse, leaves_what_follows_for_the_next_one) {
   HttpResponseParser parser;
   const auto used = parser.feed(k_daemon_answer + "HTTP/1.1 404");
   ASSERT_TRUE(used);
   EXPECT_EQ(*used, k_daemon_answer.size());
   EXPECT_EQ(parser.take().body, "hello");
   EXPECT_FALSE(parser.begun());
}

TEST(HttpResponse, joins_chunks_and_skips_trailers_and_interim_responses) {
   HttpResponseParser parser;
   ASSERT_TRUE(parser.feed("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                           "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n"));
   ASSERT_TRUE(parser.done());
   EXPECT_EQ(parser.take().body, "abc0123456789");
}

TEST(HttpResponse, without_a_length_ends_with_the_connection) {
   HttpResponseParser parser;
   ASSERT_TRUE(parser.feed("HTTP/1.1 200 OK\r\n\r\npart"));
   EXPECT_FALSE(parser.done());
   parser.end_of_stream();
   ASSERT_TRUE(parser.done());
   const HttpResponse response = parser.take();
   EXPECT_EQ(response.body, "part");
   EXPECT_FALSE(response.keep_alive);
}

TEST(HttpResponse, cut_by_the_connection_is_not_done) {
   HttpResponseParser parser;
   ASSERT_TRUE(parser.feed("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart"));
   parser.end_of_stream();
   EXPECT_FALSE(parser.done());
   EXPECT_TRUE(parser.begun());
}

TEST(HttpResponse, collects_every_challenge_in_any_case) {
   HttpResponseParser parser;
   ASSERT_TRUE(parser.feed("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nWWW-authenticate: Digest a\r\n"
                           "www-AUTHENTICATE: Digest b\r\nConnection: close\r\n\r\n"));
   const HttpResponse response = parser.take();
   EXPECT_EQ(response.challenges, (std::vector<std::string>{"Digest a", "Digest b"}));
   EXPECT_FALSE(response.keep_alive);
}

TEST(HttpResponse, that_is_something_else_is_refused) {
   EXPECT_EQ(error_of("SSH-2.0-OpenSSH\r\n"), "the answer is not HTTP/1.1: is this the daemon's RPC port?");
   EXPECT_EQ(error_of("HTTP/1.1 20\r\n"), "the answer is not HTTP/1.1: is this the daemon's RPC port?");
   EXPECT_EQ(error_of("HTTP/1.1 200 OK\r\nnocolon\r\n"), "the HTTP response has a header without a name");
   EXPECT_EQ(error_of("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n"), "the HTTP response has a malformed Content-Length");
   EXPECT_EQ(error_of("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n"),
             "the HTTP response has a malformed Content-Length");
   EXPECT_EQ(error_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n"),
             "the HTTP response has a transfer encoding other than chunked");
   EXPECT_EQ(error_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
             "a chunk of the HTTP response has a malformed size");
   EXPECT_EQ(error_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n"),
             "a chunk of the HTTP response is longer than it says");
}

TEST(HttpResponse, stops_at_its_limits) {
   EXPECT_EQ(error_of("HTTP/1.1 200 OK\r\nX: " + std::string(k_http_line_max, 'x')),
             "a line of the HTTP response is longer than 8192 bytes");
   EXPECT_EQ(error_of("HTTP/1.1 200 OK\r\nContent-Length: 4194305\r\n\r\n"),
             "the HTTP response announces 4194305 bytes, at most 4194304 are read");
   EXPECT_EQ(error_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n"),
             "the HTTP response announces 18446744073709551615 bytes, at most 4194304 are read");
   std::string many = "HTTP/1.1 200 OK\r\n";
   for (std::size_t i = 0; i <= k_http_headers_max; ++i)
      many += "A: b\r\n";
   EXPECT_EQ(error_of(many), "the HTTP response has more than 64 headers");
   EXPECT_EQ(error_of("HTTP/1.1 200 OK\r\n\r\n" + std::string(k_http_body_max + 1, 'x')),
             "the HTTP response announces 4194305 bytes, at most 4194304 are read");
}

} // namespace nebula::monero
