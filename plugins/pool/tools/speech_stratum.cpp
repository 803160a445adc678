#include "speech_stratum.h"

#include "common/hex.h"

#include <nebula/text.hpp>

#include <array>

namespace nebula::pool {
namespace {

constexpr std::uint64_t k_subscribe = 1, k_authorize = 2; // shares have larger numbers

/// Of a refusal: dialect D says it as an object, B and C as a list.
std::string message_of(const common::JsonLine::Value &error) {
   if (auto text = error["message"].text())
      return *std::move(text);
   return error.at(1).text().value_or("");
}

} // namespace

std::string hex32(std::uint32_t number) {
   const std::array<std::uint8_t, 4> bytes = {
      static_cast<std::uint8_t>(number >> 24), static_cast<std::uint8_t>(number >> 16),
      static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
   return common::to_hex(bytes);
}

void StratumSpeech::greet(Miner &miner, std::string &out) {
   out += concat(R"({"id":)", k_subscribe, R"(,"method":"mining.subscribe","params":["nebula-bench/1.0")");
   if (!miner.session.empty())
      out += concat(R"(,")", miner.session, '"');
   out += "]}\n";
}

Heard StratumSpeech::hear(Miner &miner, std::string_view text, std::string &out) {
   if (line_.parse(text) != nullptr)
      return {Heard::What::not_known};
   const Value root = line_.root();
   if (const auto method = root["method"].plain()) {
      if (*method == "mining.notify") {
         miner.jobs += 1;
         return {notified(miner, root["params"]) ? Heard::What::job : Heard::What::not_known};
      }
      told(miner, *method, root["params"]);
      return {};
   }
   const auto id = root["id"].whole();
   if (!id)
      return {Heard::What::not_known};
   if (*id == k_subscribe)
      return subscribed(miner, root, out);
   const bool yes = root["result"].boolean().value_or(false);
   const std::string message = yes ? std::string() : message_of(root["error"]);
   if (*id == k_authorize) {
      miner.authorized = yes;
      return yes ? Heard{} : Heard{Heard::What::refused, 0, Outcome::other, message};
   }
   return {Heard::What::answer, *id, yes ? Outcome::accepted : outcome_of(message), message};
}

/// [[["mining.notify","SESSION"],...],"EXTRANONCE",SIZE]; dialect D has names only in the first list.
Heard StratumSpeech::subscribed(Miner &miner, const Value &root, std::string &out) {
   const Value result = root["result"];
   const auto extranonce = result.at(1).plain();
   const auto left = result.at(2).whole();
   if (!extranonce || !left || *left > 16)
      return {Heard::What::refused, 0, Outcome::other, message_of(root["error"])};
   miner.extranonce = *extranonce;
   miner.extranonce2_bytes = static_cast<std::uint8_t>(*left);
   if (const auto session = result.at(0).at(0).at(1).plain())
      miner.session = *session;
   out += concat(R"({"id":)", k_authorize, R"(,"method":"mining.authorize","params":[")", miner.user, R"(",")",
                 settings_.password, "\"]}\n");
   return {};
}

std::string StratumSpeech::submit_head(const Miner &miner, std::string_view job, std::uint64_t id) {
   return concat(R"({"id":)", id, R"(,"method":"mining.submit","params":[")", miner.user, R"(",")", job, '"');
}

} // namespace nebula::pool
