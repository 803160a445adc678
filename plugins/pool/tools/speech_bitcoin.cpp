/// Dialect B: Stratum v1 as miners of the yescrypt family speak it. The miner builds the header itself.

#include "speech_stratum.h"
#include "speeches.h"

#include "common/bitcoin_header.h"
#include "common/hex.h"
#include "common/share_target.h"

#include <nebula/text.hpp>

#include <algorithm>
#include <cmath>
#include <functional>

namespace nebula::pool {
namespace {

constexpr double k_unit = 65'536;       // hashes of a share of difficulty 1
constexpr double k_hashes_max = 0x1p63; // nobody finds a share that takes as many

std::optional<std::uint32_t> number32(const common::JsonLine::Value &value) {
   std::array<std::uint8_t, 4> bytes{};
   const auto text = value.plain();
   if (!text || !common::from_hex(*text, bytes))
      return std::nullopt;
   return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

bool append_hex(common::Bytes &out, std::string_view text) {
   const auto bytes = common::bytes_from_hex(text);
   if (bytes)
      out.insert(out.end(), bytes->begin(), bytes->end());
   return bytes.has_value();
}

class BitcoinSpeech final : public StratumSpeech {
public:
   using StratumSpeech::StratumSpeech;

private:
   void told(Miner &miner, std::string_view method, const Value &params) override {
      const auto difficulty = params.at(0).number();
      if (method != "mining.set_difficulty" || !difficulty || *difficulty <= 0)
         return;
      const double hashes = std::clamp(std::round(*difficulty * k_unit), 1.0, k_hashes_max);
      miner.target = common::target_of(static_cast<std::uint64_t>(hashes)).to_big_endian();
   }

   /// [job, previous, coinb1, coinb2, [branches], version, bits, ntime, clean]
   bool notified(Miner &miner, const Value &params) override {
      const auto job = params.at(0).plain(), previous = params.at(1).plain(), coinb1 = params.at(2).plain(),
                 coinb2 = params.at(3).plain(), ntime = params.at(7).plain();
      const auto version = number32(params.at(5)), bits = number32(params.at(6)), time = number32(params.at(7));
      common::BitcoinHeader header;
      if (!job || !previous || !coinb1 || !coinb2 || !ntime || !version || !bits || !time ||
          !common::from_hex(*previous, header.previous))
         return false;
      // Its words of four bytes stand swapped.
      for (std::size_t i = 0; i < header.previous.size(); i += 4) {
         std::swap(header.previous[i], header.previous[i + 3]);
         std::swap(header.previous[i + 1], header.previous[i + 2]);
      }
      common::Bytes coinbase;
      if (!append_hex(coinbase, *coinb1) || !append_hex(coinbase, miner.extranonce))
         return false;
      coinbase.resize(coinbase.size() + miner.extranonce2_bytes); // its own part stays zero: nonces are enough
      if (!append_hex(coinbase, *coinb2))
         return false;
      std::vector<common::Sha256Digest> branches(params.at(4).size());
      for (std::size_t i = 0; i < branches.size(); ++i) {
         const auto branch = params.at(4).at(i).plain();
         if (!branch || !common::from_hex(*branch, branches[i]))
            return false;
      }
      header.version = *version;
      header.bits = *bits;
      header.time_s = *time;
      header.merkle_root = common::bitcoin_merkle_root(coinbase, branches);
      const auto bytes = header.encode();
      Work &work = miner.work;
      work.id = *job;
      work.ntime = *ntime;
      work.input.bytes.assign(bytes.begin(), bytes.end());
      work.input.nonce_offset = common::k_bitcoin_nonce_offset;
      work.input.nonce_bytes = 4;
      work.set_target(miner.target);
      work.mark = mark_of(header, branches);
      work.clean = params.at(8).boolean().value_or(false);
      return true;
   }

   /// By all that is the same for every miner, whatever its coinbase.
   static WorkMark mark_of(common::BitcoinHeader header, const std::vector<common::Sha256Digest> &branches) {
      header.merkle_root = {};
      const auto bytes = header.encode();
      std::string all(bytes.begin(), bytes.end());
      for (const common::Sha256Digest &branch : branches)
         all.append(branch.begin(), branch.end());
      return {std::hash<std::string>{}(all), true};
   }

   void write(const Miner &miner, ShareKind kind, const Share &share, std::uint64_t id, std::string &out) override {
      out += concat(submit_head(miner, share.job, id), R"(,")", std::string(2u * miner.extranonce2_bytes, '0'),
                    R"(",")", kind == ShareKind::invalid ? "00000000" : share.ntime, R"(",")",
                    hex32(static_cast<std::uint32_t>(share.nonce)), "\"]}\n");
   }

   [[nodiscard]] bool claims() const override { return false; }
   [[nodiscard]] std::string_view unknown_job() const override { return "ffffffff"; }
   [[nodiscard]] std::string difficulty_text() const override {
      return common::bitcoin_difficulty_text(settings_.difficulty);
   }
};

} // namespace

std::unique_ptr<Speech> make_bitcoin_speech(const SpeechSettings &settings, Computer &computer) {
   return std::make_unique<BitcoinSpeech>(settings, computer);
}

} // namespace nebula::pool
