#include "speech.h"

#include "arguments.h"
#include "speeches.h"

#include <nebula/error.hpp>

#include <algorithm>

namespace nebula::pool {
namespace {

/// Nonces tried for one share before the pool's target counts as too hard for a load.
constexpr std::uint64_t k_tries_max = 100'000'000;
/// A pool keeps a few jobs: a duplicate of an older one would be stale.
constexpr std::uint64_t k_jobs_back = 3;

} // namespace

void Speech::submit(Miner &miner, ShareKind &kind, std::uint64_t id, std::string &out) {
   const bool known = miner.good.jobs != 0 && miner.jobs - miner.good.jobs < k_jobs_back;
   if (kind == ShareKind::duplicate && !known)
      kind = ShareKind::valid;
   Digest digest{};
   if (kind == ShareKind::duplicate)
      return write(miner, kind, miner.good.job, miner.good.nonce, miner.good.digest, id, out);
   const auto next = [&] { return miner.work.nonce_prefix | miner.next_nonce++; };
   if (kind == ShareKind::stale)
      return write(miner, kind, unknown_job(), next(), digest, id, out);
   if (kind == ShareKind::low && claims()) {
      digest.fill(0xFF);
      return write(miner, kind, miner.work.id, next(), digest, id, out);
   }
   for (std::uint64_t tries = 0; tries < k_tries_max; ++tries) {
      const std::uint64_t nonce = next();
      digest = computer_.digest(miner.work.input, miner.work.epoch, nonce);
      if (computer_.meets(digest, miner.work.target) == (kind == ShareKind::low))
         continue;
      if (kind == ShareKind::valid)
         miner.good = {miner.work.id, miner.work.ntime, nonce, digest, miner.jobs};
      if (kind == ShareKind::invalid)
         digest[digest.size() / 2] ^= 1; // still under the target, and of no nonce
      return write(miner, kind, miner.work.id, nonce, digest, id, out);
   }
   throw Error(NEB_E_UNSUPPORTED, "the pool's shares are too hard, or too easy, for a load generator: let --difficulty "
                                  "name one from 2 on, and the port allow it (difficulty_min)");
}

std::string Speech::user_of(const Miner &miner) const {
   std::string user = settings_.wallet + ".bench" + std::to_string(miner.index);
   if (settings_.difficulty != 0)
      user += "+" + difficulty_text();
   return user;
}

Outcome Speech::outcome_of(std::string_view message) {
   struct Word {
      std::string_view word;
      Outcome outcome;
   };
   static constexpr Word k_words[] = {{"Stale", Outcome::stale},
                                      {"Duplicate", Outcome::duplicate},
                                      {"Low difficulty", Outcome::low},
                                      {"Invalid share", Outcome::invalid}};
   const auto *const found =
      std::ranges::find_if(k_words, [&](const Word &one) { return message.find(one.word) != std::string_view::npos; });
   return found == std::end(k_words) ? Outcome::other : found->outcome;
}

std::unique_ptr<Speech> make_speech(const SpeechSettings &settings, Computer &computer) {
   switch (settings.dialect) {
   case Dialect::xmrig:
      return make_xmrig_speech(settings, computer);
   case Dialect::bitcoin:
      return make_bitcoin_speech(settings, computer);
   case Dialect::ergo:
      return make_ergo_speech(settings, computer);
   case Dialect::cosmic:
   case Dialect::unknown:
      break;
   }
   return make_cosmic_speech(settings, computer);
}

Dialect dialect_called(std::string_view name) {
   static constexpr std::pair<std::string_view, Dialect> k_names[] = {
      {"cosmic", Dialect::cosmic}, {"xmrig", Dialect::xmrig}, {"bitcoin", Dialect::bitcoin}, {"ergo", Dialect::ergo}};
   for (const auto &[known, dialect] : k_names)
      if (name == known)
         return dialect;
   throw UsageError("--dialect \"" + std::string(name) + "\" must be cosmic, xmrig, bitcoin or ergo");
}

std::string_view usual_algorithm(Dialect dialect) {
   switch (dialect) {
   case Dialect::xmrig:
      return "rx/0";
   case Dialect::bitcoin:
      return "yescryptr8";
   case Dialect::ergo:
      return "autolykos2";
   case Dialect::cosmic:
   case Dialect::unknown:
      break;
   }
   return "cosmic-harmony";
}

} // namespace nebula::pool
