#include "speech.h"

#include "arguments.h"
#include "search.h"
#include "speeches.h"

#include <nebula/error.hpp>
#include <nebula/text.hpp>

#include <algorithm>

namespace nebula::pool {
namespace {

/// Nonces tried for one share before the pool's target counts as too hard for a load.
constexpr std::uint64_t k_tries_max = 100'000'000;

} // namespace

ShareKind Speech::possible(const Miner &miner, ShareKind kind) const {
   const bool known = miner.good.jobs != 0 && miner.good.jobs >= miner.oldest_good();
   return kind == ShareKind::duplicate && !known ? ShareKind::valid : kind;
}

void Speech::submit(Miner &miner, ShareKind kind, std::uint64_t id, std::string &out) {
   if (kind == ShareKind::duplicate)
      return write(miner, kind, miner.good, id, out);
   share_.job = kind == ShareKind::stale ? unknown_job() : std::string_view(miner.work.id);
   share_.ntime = miner.work.ntime;
   share_.jobs = miner.jobs;
   if (searches(kind)) {
      std::uint64_t left = k_tries_max;
      const auto found = search(
         computer_, miner.work, kind == ShareKind::valid, [&] { return miner.next_nonce++; },
         [&] { return left-- != 0; });
      if (!found)
         throw Error(NEB_E_UNSUPPORTED,
                     "the pool's shares are too hard, or too easy, for a load generator: let --difficulty name one "
                     "from 2 on, and the port allow it (difficulty_min)");
      share_.nonce = found->nonce;
      share_.digest = found->digest;
   } else {
      share_.nonce = miner.work.nonce(miner.next_nonce++);
      if (kind == ShareKind::low)
         share_.digest.fill(0xFF);
      else
         share_.digest = computer_.digest_at(miner.work.target);
   }
   submit(miner, kind, share_, id, out);
}

void Speech::submit(Miner &miner, ShareKind kind, const Share &share, std::uint64_t id, std::string &out) {
   if (kind == ShareKind::valid)
      miner.good = share;
   write(miner, kind, share, id, out);
}

std::string Speech::agent() const {
   return concat("nebula-bench/1.0 (", computer_.name(), ")");
}

Heard Speech::refused(std::string_view why) const {
   return {Heard::What::refused, 0, Outcome::other,
           concat("the pool refuses miners of ", computer_.name(), ": ", why.empty() ? "it does not say why" : why)};
}

Heard Speech::other_algorithm(std::string_view other) const {
   return {Heard::What::refused, 0, Outcome::other,
           concat("the pool gives work for ", other, ", not for ", computer_.name(), ", which it was asked for")};
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
