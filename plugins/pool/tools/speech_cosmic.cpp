/// Dialect D: Cosmic Harmony as the GPU miner of ZION 2.8.2 speaks it.

#include "speech_stratum.h"
#include "speeches.h"

#include "common/hex.h"

#include <nebula/text.hpp>

#include <algorithm>

namespace nebula::pool {
namespace {

class CosmicSpeech final : public StratumSpeech {
public:
   using StratumSpeech::StratumSpeech;

private:
   /// [job, input, target32, height, clean]
   bool notified(Miner &miner, const Value &params) override {
      const auto job = params.at(0).plain(), input = params.at(1).plain(), target = params.at(2).plain();
      std::array<std::uint8_t, 4> target32{};
      if (!job || !input || !target || !common::from_hex(*target, target32))
         return false;
      Work &work = miner.work;
      work.input.bytes.resize(input->size() / 2);
      work.id = *job;
      work.input.nonce_offset = NEB_POW_NONCE_APPENDED;
      work.input.nonce_bytes = 4;
      Number256 number;
      number.fill(0xFF);
      std::ranges::copy(target32, number.begin());
      work.set_target(number);
      work.mark.value = params.at(3).whole().value_or(0);
      work.clean = params.at(4).boolean().value_or(false);
      return common::from_hex(*input, work.input.bytes);
   }

   void write(const Miner &miner, ShareKind, const Share &share, std::uint64_t id, std::string &out) override {
      out += concat(submit_head(miner, share.job, id), R"(,")", hex32(static_cast<std::uint32_t>(share.nonce)),
                    R"(",")", common::to_hex(share.digest), "\"]}\n");
   }

   [[nodiscard]] std::string_view unknown_job() const override { return "zion_ch_999999"; }
};

} // namespace

std::unique_ptr<Speech> make_cosmic_speech(const SpeechSettings &settings, Computer &computer) {
   return std::make_unique<CosmicSpeech>(settings, computer);
}

} // namespace nebula::pool
