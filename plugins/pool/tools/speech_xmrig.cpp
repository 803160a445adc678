/// Dialect A: JSON-RPC as XMRig speaks it.

#include "speeches.h"

#include "common/hex.h"
#include "common/json_line.h"
#include "common/share_target.h"

#include <nebula/text.hpp>

namespace nebula::pool {
namespace {

constexpr std::uint64_t k_login = 1;              // shares have larger numbers
constexpr std::uint32_t k_blob_nonce_offset = 39; // of RandomX, and of what has no place for a nonce of its own
constexpr std::uint32_t k_nonce_bytes = 4;
/// A blob as Monero's begins with two versions and the time, which all miners of a template have in common.
constexpr std::size_t k_time_at = 2, k_time_bytes = 5;
/// Whose top byte NiceHash mode fixes.
constexpr std::uint64_t k_nicehash_free = 0xFFFFFF;

/// Little-endian, of 64 bits or, as older pools have it, their upper 32.
std::optional<std::uint64_t> read_target(std::string_view digits) {
   const auto bytes = common::bytes_from_hex(digits);
   if (!bytes || (bytes->size() != 8 && bytes->size() != 4))
      return std::nullopt;
   std::uint64_t number = 0;
   for (std::size_t i = bytes->size(); i-- > 0;)
      number = number << 8 | (*bytes)[i];
   if (number != 0 && bytes->size() == 4)
      number = ~0ull / (0xFFFFFFFFu / number);
   return number == 0 ? std::nullopt : std::optional(number);
}

class XmrigSpeech final : public Speech {
public:
   using Speech::Speech;

   void greet(Miner &miner, std::string &out) override {
      out += concat(R"({"id":)", k_login, R"(,"jsonrpc":"2.0","method":"login","params":{"login":")", miner.user,
                    R"(","pass":")", settings_.password, R"(","agent":")", agent(), R"(","algo":[")",
                    settings_.algorithm, "\"]}}\n");
   }

   Heard hear(Miner &miner, std::string_view text, std::string &) override {
      if (line_.parse(text) != nullptr)
         return {Heard::What::not_known};
      const common::JsonLine::Value root = line_.root();
      if (const auto method = root["method"].plain())
         return *method == "job" ? given(miner, root["params"]) : Heard{};
      const auto id = root["id"].whole();
      const common::JsonLine::Value result = root["result"];
      const std::string message = root["error"]["message"].text().value_or("");
      if (!id) // refused before it could be read as a request, or later for nothing that was asked
         return miner.authorized || message.empty() ? Heard{Heard::What::not_known, 0, Outcome::other, message}
                                                    : refused(message);
      if (*id != k_login)
         return {Heard::What::answer, *id, result["status"].plain() ? Outcome::accepted : outcome_of(message), message};
      const auto session = result["id"].plain();
      if (!session)
         return refused(message);
      miner.session = *session;
      miner.authorized = true;
      miner.nonce_byte_fixed = false;
      for (std::size_t i = 0; i < result["extensions"].size(); ++i)
         miner.nonce_byte_fixed = miner.nonce_byte_fixed || result["extensions"].at(i).plain() == "nicehash";
      return given(miner, result["job"]);
   }

private:
   /// Where miners of the algorithm expect the nonce. One that appends it has only XMRig's place in a blob.
   [[nodiscard]] std::uint32_t nonce_offset() const {
      return computer_.nonce_offset() == NEB_POW_NONCE_APPENDED ? k_blob_nonce_offset : computer_.nonce_offset();
   }

   Heard given(Miner &miner, const common::JsonLine::Value &job) const {
      const auto id = job["job_id"].plain(), blob = job["blob"].plain(), target = job["target"].plain(),
                 seed = job["seed_hash"].plain(), algorithm = job["algo"].plain();
      if (algorithm && !computer_.is_called(*algorithm))
         return other_algorithm(*algorithm);
      const auto target64 = target ? read_target(*target) : std::nullopt;
      if (!id || !blob || !target64)
         return {Heard::What::not_known};
      Work &work = miner.work;
      work.input.bytes.resize(blob->size() / 2);
      work.epoch.key.resize(seed ? seed->size() / 2 : 0);
      if (!common::from_hex(*blob, work.input.bytes) || (seed && !common::from_hex(*seed, work.epoch.key)))
         return {Heard::What::not_known};
      if (work.input.bytes.size() < nonce_offset() + std::size_t{k_nonce_bytes})
         return refused(
            concat("its blob of ", work.input.bytes.size(), " bytes has no nonce at byte ", nonce_offset()));
      work.id = *id;
      work.input.nonce_offset = nonce_offset();
      work.input.nonce_bytes = k_nonce_bytes;
      const std::uint8_t top = work.input.bytes[nonce_offset() + std::size_t{k_nonce_bytes} - 1];
      const bool nicehash = miner.nonce_byte_fixed || top != 0;
      work.nonce_prefix = nicehash ? std::uint64_t{top} << 24 : 0;
      work.nonce_free = nicehash ? k_nicehash_free : 0xFFFFFFFF;
      // The dialect does not say whether earlier jobs are worthless: they are at another height.
      const std::uint64_t height = job["height"].whole().value_or(0);
      work.clean = miner.jobs == 0 || height != work.epoch.height;
      work.epoch.height = height;
      work.mark = mark_of(work);
      work.set_target(common::target_of_xmrig(*target64).to_big_endian());
      miner.got_work();
      return {Heard::What::job};
   }

   [[nodiscard]] static WorkMark mark_of(const Work &work) {
      if (work.input.nonce_offset != k_blob_nonce_offset)
         return {work.epoch.height, false};
      std::uint64_t mark = work.epoch.height;
      for (std::size_t i = 0; i < k_time_bytes; ++i)
         mark = mark << 8 ^ mark >> 56 ^ work.input.bytes[k_time_at + i];
      return {mark, true};
   }

   void write(const Miner &miner, ShareKind, const Share &share, std::uint64_t id, std::string &out) override {
      std::array<std::uint8_t, k_nonce_bytes> bytes{};
      for (std::size_t i = 0; i < bytes.size(); ++i)
         bytes[i] = static_cast<std::uint8_t>(share.nonce >> (8 * i));
      out += concat(R"({"id":)", id, R"(,"jsonrpc":"2.0","method":"submit","params":{"id":")", miner.session,
                    R"(","job_id":")", share.job, R"(","nonce":")", common::to_hex(bytes), R"(","result":")",
                    common::to_hex(share.digest), R"(","algo":")", settings_.algorithm, "\"}}\n");
   }

   [[nodiscard]] std::string_view unknown_job() const override { return "ffffffff"; }

   common::JsonLine line_;
};

} // namespace

std::unique_ptr<Speech> make_xmrig_speech(const SpeechSettings &settings, Computer &computer) {
   return std::make_unique<XmrigSpeech>(settings, computer);
}

} // namespace nebula::pool
