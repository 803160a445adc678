/// Dialect A: JSON-RPC as XMRig speaks it.

#include "speeches.h"

#include "common/hex.h"
#include "common/json_line.h"

#include <nebula/text.hpp>

#include <algorithm>

namespace nebula::pool {
namespace {

constexpr std::uint64_t k_login = 1;         // shares have larger numbers
constexpr std::uint32_t k_nonce_offset = 39; // of a RandomX blob
constexpr std::uint32_t k_nonce_bytes = 4;

class XmrigSpeech final : public Speech {
public:
   using Speech::Speech;

   void greet(Miner &miner, std::string &out) override {
      out += concat(R"({"id":)", k_login, R"(,"jsonrpc":"2.0","method":"login","params":{"login":")", miner.user,
                    R"(","pass":")", settings_.password, R"(","agent":"nebula-bench/1.0","algo":[")",
                    settings_.algorithm, "\"]}}\n");
   }

   Heard hear(Miner &miner, std::string_view text, std::string &) override {
      if (line_.parse(text) != nullptr)
         return {Heard::What::not_known};
      const common::JsonLine::Value root = line_.root();
      if (const auto method = root["method"].plain())
         return *method == "job" ? given(miner, root["params"]) : Heard{};
      const auto id = root["id"].whole();
      if (!id)
         return {Heard::What::not_known};
      const common::JsonLine::Value result = root["result"];
      const std::string message = root["error"]["message"].text().value_or("");
      if (*id != k_login)
         return {Heard::What::answer, *id, result["status"].plain() ? Outcome::accepted : outcome_of(message), message};
      const auto session = result["id"].plain();
      if (!session)
         return {Heard::What::refused, 0, Outcome::other, message};
      miner.session = *session;
      miner.authorized = true;
      return given(miner, result["job"]);
   }

private:
   static Heard given(Miner &miner, const common::JsonLine::Value &job) {
      const auto id = job["job_id"].plain(), blob = job["blob"].plain(), target = job["target"].plain(),
                 seed = job["seed_hash"].plain();
      std::array<std::uint8_t, 8> target64{};
      if (!id || !blob || !target || !common::from_hex(*target, target64))
         return {Heard::What::not_known};
      Work &work = miner.work;
      work.input.bytes.resize(blob->size() / 2);
      work.epoch.key.resize(seed ? seed->size() / 2 : 0);
      if (!common::from_hex(*blob, work.input.bytes) || (seed && !common::from_hex(*seed, work.epoch.key)))
         return {Heard::What::not_known};
      work.id = *id;
      work.input.nonce_offset = k_nonce_offset;
      work.input.nonce_bytes = k_nonce_bytes;
      // Below the little-endian number; as a 256-bit number, at or under it less one.
      std::ranges::reverse(target64);
      for (std::size_t i = target64.size(); i-- > 0 && target64[i]-- == 0;) {
      }
      work.target.fill(0xFF);
      std::ranges::copy(target64, work.target.begin());
      ++miner.jobs;
      return {Heard::What::job};
   }

   void write(const Miner &miner, ShareKind, std::string_view job, std::uint64_t nonce, const Digest &digest,
              std::uint64_t id, std::string &out) override {
      std::array<std::uint8_t, k_nonce_bytes> bytes{};
      for (std::size_t i = 0; i < bytes.size(); ++i)
         bytes[i] = static_cast<std::uint8_t>(nonce >> (8 * i));
      out += concat(R"({"id":)", id, R"(,"jsonrpc":"2.0","method":"submit","params":{"id":")", miner.session,
                    R"(","job_id":")", job, R"(","nonce":")", common::to_hex(bytes), R"(","result":")",
                    common::to_hex(digest), R"(","algo":")", settings_.algorithm, "\"}}\n");
   }

   [[nodiscard]] std::string_view unknown_job() const override { return "ffffffff"; }

   common::JsonLine line_;
};

} // namespace

std::unique_ptr<Speech> make_xmrig_speech(const SpeechSettings &settings, Computer &computer) {
   return std::make_unique<XmrigSpeech>(settings, computer);
}

} // namespace nebula::pool
