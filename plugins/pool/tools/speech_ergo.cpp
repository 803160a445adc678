/// Dialect C: Autolykos v2 in Stratum v1, with nine parameters in a job.

#include "speech_stratum.h"
#include "speeches.h"

#include "core/worker_name.h"

#include "common/hex.h"
#include "common/u256.h"

#include <nebula/text.hpp>

namespace nebula::pool {
namespace {

constexpr std::size_t k_nonce_bytes = 8;
constexpr std::size_t k_target_digits_max = 78; // of 2^256

std::optional<common::U256> decimal(std::string_view digits) {
   if (digits.empty() || digits.size() > k_target_digits_max)
      return std::nullopt;
   common::U256 number(0);
   for (const char digit : digits) {
      if (digit < '0' || digit > '9')
         return std::nullopt;
      number = number * common::U256(10) + common::U256(static_cast<std::uint64_t>(digit - '0'));
   }
   return number;
}

std::string hex64(std::uint64_t number) {
   return hex32(static_cast<std::uint32_t>(number >> 32)) + hex32(static_cast<std::uint32_t>(number));
}

class ErgoSpeech final : public StratumSpeech {
public:
   using StratumSpeech::StratumSpeech;

private:
   /// [job, height, message, "", "", version, target as a decimal number, "", clean]
   bool notified(Miner &miner, const Value &params) override {
      const auto job = params.at(0).plain(), message = params.at(2).plain(), target = params.at(6).plain();
      const auto height = params.at(1).whole();
      const auto number = target ? decimal(*target) : std::nullopt;
      const auto prefix = common::bytes_from_hex(miner.extranonce);
      if (!job || !message || !height || !number || !prefix || prefix->size() > k_nonce_bytes)
         return false;
      Work &work = miner.work;
      work.id = *job;
      work.input.bytes.resize(message->size() / 2);
      work.input.nonce_offset = NEB_POW_NONCE_APPENDED;
      work.input.nonce_bytes = k_nonce_bytes;
      work.epoch.height = *height;
      work.set_target(number->to_big_endian());
      work.mark.value = *height;
      work.clean = params.at(8).boolean().value_or(false);
      work.nonce_prefix = 0;
      work.nonce_free = prefix->size() == k_nonce_bytes ? 0 : ~0ull >> (8 * prefix->size());
      for (std::size_t i = 0; i < prefix->size(); ++i)
         work.nonce_prefix |= std::uint64_t{(*prefix)[i]} << (8 * (k_nonce_bytes - 1 - i));
      return common::from_hex(*message, work.input.bytes);
   }

   void write(const Miner &miner, ShareKind kind, const Share &share, std::uint64_t id, std::string &out) override {
      // An invalid one takes a nonce of another miner.
      const std::string text =
         hex64(kind == ShareKind::invalid ? share.nonce ^ std::uint64_t{0xFF} << 56 : share.nonce);
      out += concat(submit_head(miner, share.job, id), R"(,")", std::string_view(text).substr(miner.extranonce.size()),
                    R"(","",")", text, "\"]}\n");
   }

   [[nodiscard]] bool claims() const override { return false; }
   /// Of the two forms of jobs it is the other one than miners get that number every request 0.
   [[nodiscard]] std::string password() const override {
      const std::string password = StratumSpeech::password();
      return password_option(password, "notify") ? password : password + ",notify=nine";
   }
   [[nodiscard]] std::string_view unknown_job() const override { return "ffffffff"; }
};

} // namespace

std::unique_ptr<Speech> make_ergo_speech(const SpeechSettings &settings, Computer &computer) {
   return std::make_unique<ErgoSpeech>(settings, computer);
}

} // namespace nebula::pool
