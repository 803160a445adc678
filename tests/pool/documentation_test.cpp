#include <gtest/gtest.h>

#include "common/bitcoin_header.h"
#include "common/hex.h"
#include "common/json_line.h"
#include "core/request.h"

#include <fstream>
#include <iterator>
#include <sstream>

/// The examples of docs/protocol/stratum.md are requests that the pool reads, and the header is the one that follows.

namespace nebula::pool {
namespace {

std::vector<std::string> example(const std::string &name) {
   static const std::string text = [] {
      std::ifstream file(NEBULA_SOURCE_DIR "/docs/protocol/stratum.md");
      return std::string(std::istreambuf_iterator<char>(file), {});
   }();
   const std::string marker = "<!-- example: " + name + " -->\n```\n";
   const std::size_t from = text.find(marker);
   EXPECT_NE(from, std::string::npos) << name;
   std::istringstream lines(from == std::string::npos ? "" : text.substr(from + marker.size()));
   std::vector<std::string> out;
   for (std::string line; std::getline(lines, line) && line != "```";)
      out.push_back(line);
   return out;
}

TEST(StratumPage, shows_requests_that_the_pool_reads) {
   const std::pair<const char *, Dialect> k_sessions[] = {{"a-session", Dialect::xmrig},
                                                          {"b-session", Dialect::bitcoin},
                                                          {"c-nine", Dialect::ergo},
                                                          {"c-set-target", Dialect::ergo},
                                                          {"d-session", Dialect::cosmic}};
   for (const auto &[name, dialect] : k_sessions) {
      std::size_t requests = 0;
      for (const std::string &line : example(name)) {
         const bool request = line.starts_with("> ");
         JsonLine json;
         ASSERT_EQ(json.parse(std::string_view(line).substr(request ? 2 : 0)), nullptr) << line;
         if (!request)
            continue;
         ++requests;
         const ParsedLine parsed = read_request(json, dialect);
         EXPECT_TRUE(parsed.request) << parsed.wrong << ": " << line;
         EXPECT_FALSE(parsed.request && std::holds_alternative<UnknownMethod>(*parsed.request)) << line;
      }
      EXPECT_GE(requests, 2u) << name;
   }
}

TEST(StratumPage, shows_the_header_that_a_miner_builds) {
   const auto session = example("b-session");
   ASSERT_EQ(session.size(), 8u);
   JsonLine subscribed, notify, submit;
   ASSERT_EQ(subscribed.parse(session[1]), nullptr);
   ASSERT_EQ(notify.parse(session[5]), nullptr);
   ASSERT_EQ(submit.parse(std::string_view(session[6]).substr(2)), nullptr);
   const auto job = notify.root()["params"], found = submit.root()["params"];
   const auto hex = [](const JsonLine::Value &value) { return std::string(value.plain().value_or("")); };
   const auto number = [&](const JsonLine::Value &value) {
      return static_cast<std::uint32_t>(std::stoul(hex(value), nullptr, 16));
   };
   common::BitcoinHeader header;
   header.version = number(job.at(5));
   const auto previous = common::array_from_hex<32>(hex(job.at(1))).value();
   for (std::size_t i = 0; i < 32; ++i)
      header.previous[i] = previous[i / 4 * 4 + 3 - i % 4];
   header.merkle_root =
      common::double_sha256(common::bytes_from_hex(hex(job.at(2)) + hex(subscribed.root()["result"].at(1)) +
                                                   hex(found.at(2)) + hex(job.at(3)))
                               .value());
   header.time_s = number(found.at(3));
   header.bits = number(job.at(6));
   header.nonce = number(found.at(4));
   EXPECT_EQ(common::to_hex(header.encode()), example("b-header").at(0));
}

} // namespace
} // namespace nebula::pool
