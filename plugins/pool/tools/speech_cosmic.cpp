/// Dialect D: Cosmic Harmony as the GPU miner of ZION 2.8.2 speaks it.

#include "speeches.h"

#include "common/hex.h"
#include "common/json_line.h"

#include <nebula/text.hpp>

namespace nebula::pool {
namespace {

constexpr std::uint64_t k_subscribe = 1, k_authorize = 2; // shares have larger numbers

class CosmicSpeech final : public Speech {
public:
   using Speech::Speech;

   void greet(Miner &miner, std::string &out) override {
      out += concat(R"({"id":)", k_subscribe, R"(,"method":"mining.subscribe","params":["nebula-bench/1.0")");
      if (!miner.session.empty())
         out += concat(R"(,")", miner.session, '"');
      out += "]}\n";
   }

   Heard hear(Miner &miner, std::string_view text, std::string &out) override {
      if (line_.parse(text) != nullptr)
         return {Heard::What::not_known};
      const common::JsonLine::Value root = line_.root();
      if (const auto method = root["method"].plain())
         return *method == "mining.notify" ? notified(miner, root["params"]) : Heard{};
      const auto id = root["id"].whole();
      if (!id)
         return {Heard::What::not_known};
      if (*id == k_subscribe)
         return subscribed(miner, root, out);
      const bool yes = root["result"].boolean().value_or(false);
      const std::string message = root["error"]["message"].text().value_or("");
      if (*id == k_authorize) {
         miner.authorized = yes;
         return yes ? Heard{} : Heard{Heard::What::refused, 0, Outcome::other, message};
      }
      return {Heard::What::answer, *id, yes ? Outcome::accepted : outcome_of(message), message};
   }

private:
   Heard subscribed(Miner &miner, const common::JsonLine::Value &root, std::string &out) {
      const common::JsonLine::Value result = root["result"];
      const auto extranonce = result.at(1).plain();
      if (!extranonce)
         return {Heard::What::refused, 0, Outcome::other, root["error"]["message"].text().value_or("no extranonce")};
      miner.extranonce = *extranonce;
      if (const auto session = result.at(3).plain())
         miner.session = *session;
      out += concat(R"({"id":)", k_authorize, R"(,"method":"mining.authorize","params":[")", miner.user, R"(",")",
                    settings_.password, "\"]}\n");
      return {};
   }

   /// [job, input, target32, height, clean]
   static Heard notified(Miner &miner, const common::JsonLine::Value &params) {
      const auto job = params.at(0).plain(), input = params.at(1).plain(), target = params.at(2).plain();
      std::array<std::uint8_t, 4> target32{};
      if (!job || !input || !target || !common::from_hex(*target, target32))
         return {Heard::What::not_known};
      Work &work = miner.work;
      work.input.bytes.resize(input->size() / 2);
      if (!common::from_hex(*input, work.input.bytes))
         return {Heard::What::not_known};
      work.id = *job;
      work.input.nonce_offset = NEB_POW_NONCE_APPENDED;
      work.input.nonce_bytes = 4;
      work.target.fill(0xFF);
      std::ranges::copy(target32, work.target.begin());
      ++miner.jobs;
      return {Heard::What::job};
   }

   void write(const Miner &miner, std::string_view job, std::uint64_t nonce, const Digest &digest, std::uint64_t id,
              std::string &out) override {
      const auto word = static_cast<std::uint32_t>(nonce);
      const std::array<std::uint8_t, 4> bytes = {static_cast<std::uint8_t>(word >> 24),
                                                 static_cast<std::uint8_t>(word >> 16),
                                                 static_cast<std::uint8_t>(word >> 8), static_cast<std::uint8_t>(word)};
      out += concat(R"({"id":)", id, R"(,"method":"mining.submit","params":[")", miner.user, R"(",")", job, R"(",")",
                    common::to_hex(bytes), R"(",")", common::to_hex(digest), "\"]}\n");
   }

   [[nodiscard]] std::string_view unknown_job() const override { return "zion_ch_999999"; }

   common::JsonLine line_;
};

} // namespace

std::unique_ptr<Speech> make_cosmic_speech(const SpeechSettings &settings, Computer &computer) {
   return std::make_unique<CosmicSpeech>(settings, computer);
}

} // namespace nebula::pool
