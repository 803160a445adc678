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
   Digest digest;
   switch (kind) {
   case ShareKind::duplicate:
      return write(miner, miner.good.job, miner.good.nonce, miner.good.digest, id, out);
   case ShareKind::stale:
      digest.fill(0);
      return write(miner, unknown_job(), miner.next_nonce++, digest, id, out);
   case ShareKind::low:
      digest.fill(0xFF);
      return write(miner, miner.work.id, miner.next_nonce++, digest, id, out);
   case ShareKind::valid:
   case ShareKind::invalid:
      break;
   }
   for (std::uint64_t tries = 0;; ++tries) {
      if (tries == k_tries_max)
         throw Error(NEB_E_UNSUPPORTED, "the pool's shares are too hard for a load generator: give --difficulty a "
                                        "smaller number, or let the port allow it (difficulty_min)");
      const std::uint64_t nonce = miner.next_nonce++;
      digest = computer_.digest(miner.work.input, miner.work.epoch, nonce);
      if (!computer_.meets(digest, miner.work.target))
         continue;
      if (kind == ShareKind::valid)
         miner.good = {miner.work.id, nonce, digest, miner.jobs};
      else
         digest[digest.size() / 2] ^= 1; // still under the target, and of no nonce
      return write(miner, miner.work.id, nonce, digest, id, out);
   }
}

std::string Speech::user_of(const Miner &miner) const {
   std::string user = settings_.wallet + ".bench" + std::to_string(miner.index);
   if (settings_.difficulty != 0)
      user += "+" + std::to_string(settings_.difficulty);
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
   case Dialect::cosmic:
   case Dialect::bitcoin:
   case Dialect::ergo:
   case Dialect::unknown:
      break;
   }
   return make_cosmic_speech(settings, computer);
}

Dialect dialect_called(std::string_view name) {
   if (name == "cosmic")
      return Dialect::cosmic;
   if (name == "xmrig")
      return Dialect::xmrig;
   throw UsageError("--dialect \"" + std::string(name) + "\" must be cosmic or xmrig");
}

} // namespace nebula::pool
