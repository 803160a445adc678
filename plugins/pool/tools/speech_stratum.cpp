#include "speech_stratum.h"

#include "core/worker_name.h"

#include <nebula/text.hpp>

namespace nebula::pool {
namespace {

constexpr std::uint64_t k_subscribe = 1, k_authorize = 2; // shares have larger numbers

/// Of a refusal: dialect D says it as an object, B and C as a list.
std::string message_of(const common::JsonLine::Value &error) {
   if (auto text = error["message"].text())
      return *std::move(text);
   return error.at(1).text().value_or("");
}

/// Whose work a notification is by its shape; empty: nobody's that is known.
std::string_view shape_of(const common::JsonLine::Value &params) {
   if (params.size() == 5 && params.at(3).whole())
      return "Cosmic Harmony";
   if (params.size() == 4 && params.at(2).whole())
      return "Autolykos with targets of their own (autolykos_jobs: set_target)";
   if (params.size() == 9 && params.at(1).whole())
      return "Autolykos";
   if (params.size() == 9 && params.at(4).is(common::JsonKind::array))
      return "the yescrypt family";
   return {};
}

} // namespace

void StratumSpeech::greet(Miner &miner, std::string &out) {
   out += concat(R"({"id":)", k_subscribe, R"(,"method":"mining.subscribe","params":[")", agent(), '"');
   if (!miner.session.empty())
      out += concat(R"(,")", miner.session, '"');
   out += "]}\n";
}

Heard StratumSpeech::hear(Miner &miner, std::string_view text, std::string &out) {
   if (line_.parse(text) != nullptr)
      return {Heard::What::not_known};
   const Value root = line_.root();
   if (const auto method = root["method"].plain()) {
      if (*method == "mining.notify")
         return job(miner, root["params"]);
      told(miner, *method, root["params"]);
      return {};
   }
   const auto id = root["id"].whole();
   if (!id) {
      // Refused before it could be read as a request, or later for nothing that was asked.
      const std::string why = message_of(root["error"]);
      return miner.authorized || why.empty() ? Heard{Heard::What::not_known, 0, Outcome::other, why} : refused(why);
   }
   if (*id == k_subscribe)
      return subscribed(miner, root, out);
   const bool yes = root["result"].boolean().value_or(false);
   const std::string message = yes ? std::string() : message_of(root["error"]);
   if (*id == k_authorize) {
      miner.authorized = yes;
      return yes ? Heard{} : refused(message);
   }
   return {Heard::What::answer, *id, yes ? Outcome::accepted : outcome_of(message), message};
}

Heard StratumSpeech::job(Miner &miner, const Value &params) {
   if (notified(miner, params)) {
      miner.got_work();
      return {Heard::What::job};
   }
   const std::string_view other = shape_of(params);
   return other.empty() ? Heard{Heard::What::not_known} : other_algorithm(other);
}

std::string StratumSpeech::password() const {
   const std::string &own = settings_.password;
   if (password_option(own, "a") || password_option(own, "algo"))
      return own;
   return concat(own, own.empty() ? "a=" : ",a=", settings_.algorithm);
}

/// [[["mining.notify","SESSION"],...],"EXTRANONCE",SIZE]; dialect D has names only in the first list.
Heard StratumSpeech::subscribed(Miner &miner, const Value &root, std::string &out) {
   const Value result = root["result"];
   const auto extranonce = result.at(1).plain();
   const auto left = result.at(2).whole();
   if (!extranonce || !left || *left > 16)
      return refused(message_of(root["error"]));
   miner.extranonce = *extranonce;
   miner.extranonce2_bytes = static_cast<std::uint8_t>(*left);
   if (const auto session = result.at(0).at(0).at(1).plain())
      miner.session = *session;
   out += concat(R"({"id":)", k_authorize, R"(,"method":"mining.authorize","params":[")", miner.user, R"(",")",
                 password(), "\"]}\n");
   return {};
}

std::string StratumSpeech::submit_head(const Miner &miner, std::string_view job, std::uint64_t id) {
   return concat(R"({"id":)", id, R"(,"method":"mining.submit","params":[")", miner.user, R"(",")", job, '"');
}

} // namespace nebula::pool
