#include "vardiff.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace nebula::pool {
namespace {

// Chosen by a search over simulated miners (`nebula simulate vardiff` shows what they give).

/// Older shares fade so that this many are remembered while nothing hints at a change of the hash rate ...
constexpr double k_memory_shares = 250;
/// ... and the fewer, the more does: as if only `k_memory_shares / (1 + (k_doubt * hint)^2)` were known, where `hint`
/// is the logarithm of how much likelier the newest shares are after a change by a third than without. Squared, for
/// chance alone gives hints below 1 all the time, and rarely more: those must cost a steady worker little of what is
/// known of it, and one that slows down must soon be followed, without an alarm that can be false.
constexpr double k_doubt = 1.2;
constexpr double k_memory_min_shares = 13.5;
constexpr std::array<double, 2> k_hints = {0.6, 1.27};

/// What a worker of unknown rate starts with: next to no evidence that its difficulty is right.
constexpr double k_start_shares = 0.36;

/// After a change this much of the new estimate is taken on trust: a few shares that happened to come early or late
/// would else throw it.
constexpr double k_trust_shares = 2.2;

/// The sums run only against a rate that is known at all.
constexpr double k_established_shares = 6;

/// A large change by `factor` counts as seen, and everything before it is forgotten, when the data are e^threshold
/// times likelier with it than without.
struct Change {
   double factor, threshold;
};
constexpr std::array<Change, 3> k_changes = {{{8, 13.4}, {2, 9}, {0.25, 10.5}}};

/// The difficulty stays while it is within this many standard deviations of the estimate, upwards and downwards, and
/// always within k_band_min (in natural logarithms).
constexpr double k_band_up = 1.5, k_band_down = 1.05;
constexpr double k_band_min = 0.26;

/// A new difficulty is this part of the ideal one: what is a little too easy costs a few more shares, and one that is
/// too hard is the one that takes long to be noticed.
constexpr double k_ease = 0.95;

/// Nothing is made harder before this much evidence, nor by more than k_step_max at a time: a miner that sends what it
/// has saved up all at once is not a thousand times faster.
constexpr double k_rise_shares = 2.4;
constexpr double k_step_max = 10;

constexpr double k_ns_per_s = 1e9;

} // namespace

VardiffState Vardiff::start(Difficulty difficulty, std::uint64_t now_ns) const {
   VardiffState state;
   state.difficulty = admit(static_cast<double>(difficulty), ~0ull);
   state.last_ns = now_ns;
   if (settings_.rule == VardiffRule::filter) {
      state.shares = k_start_shares;
      state.exposure = k_start_shares * settings_.target_s / static_cast<double>(state.difficulty);
   }
   return state;
}

VardiffState Vardiff::advise(double hashes_per_s, double shares, std::uint64_t now_ns) const {
   VardiffState state = start(admit(hashes_per_s * settings_.target_s, ~0ull), now_ns);
   if (settings_.rule == VardiffRule::filter && hashes_per_s > 0) {
      state.shares = std::clamp(shares, k_start_shares, k_memory_shares);
      state.exposure = state.shares / hashes_per_s;
   }
   return state;
}

std::optional<Difficulty> Vardiff::observe(VardiffState &state, double shares, Difficulty network,
                                           std::uint64_t now_ns) const {
   const double seconds = static_cast<double>(now_ns - std::min(state.last_ns, now_ns)) / k_ns_per_s;
   state.last_ns = std::max(state.last_ns, now_ns);
   std::optional<double> wanted;
   if (settings_.rule == VardiffRule::filter) {
      filter(state, shares, seconds);
      wanted = wanted_by_filter(state);
   } else {
      wanted = wanted_by_classic(state, shares, seconds);
   }
   const Difficulty next = admit(wanted.value_or(static_cast<double>(state.difficulty)), network);
   if (next == state.difficulty)
      return std::nullopt;
   state.difficulty = next;
   return next;
}

void Vardiff::filter(VardiffState &state, double shares, double seconds) const {
   const double exposure = seconds / static_cast<double>(state.difficulty);
   const VardiffState::Sum *changed = nullptr;
   double hint = 0;
   if (state.shares >= k_established_shares) {
      const double expected = hashes_per_s(state) * exposure;
      const auto evidence = [&](double factor) { return shares * std::log(factor) - (factor - 1) * expected; };
      for (std::size_t i = 0; i < k_hints.size(); ++i) {
         state.hints[i] = std::max(state.hints[i] + evidence(k_hints[i]), 0.0);
         hint = std::max(hint, state.hints[i]);
      }
      for (std::size_t i = 0; i < k_changes.size(); ++i) {
         VardiffState::Sum &sum = state.sums[i];
         sum.value += evidence(k_changes[i].factor);
         sum.shares += shares;
         sum.exposure += exposure;
         if (sum.value <= 0)
            sum = {};
         else if (sum.value > k_changes[i].threshold && !changed)
            changed = &sum;
      }
   }
   state.shares += shares;
   state.exposure += exposure;
   const double doubt = k_doubt * hint;
   const double memory = std::max(k_memory_shares / (1 + doubt * doubt), k_memory_min_shares);
   if (state.shares > memory) {
      state.exposure *= memory / state.shares;
      state.shares = memory;
   }
   if (changed) {
      const double per_share = changed->exposure / std::max(changed->shares, 0.5);
      state.shares = changed->shares + k_trust_shares;
      state.exposure = changed->exposure + k_trust_shares * per_share;
      state.sums = {};
      state.hints = {};
   }
}

std::optional<double> Vardiff::wanted_by_filter(const VardiffState &state) const {
   const double now = static_cast<double>(state.difficulty);
   const double ideal = hashes_per_s(state) * settings_.target_s;
   const double band = std::max(k_band_min, (ideal > now ? k_band_up : k_band_down) / std::sqrt(state.shares));
   if (!(std::abs(std::log(ideal / now)) > band))
      return std::nullopt;
   if (ideal > now && state.shares < k_rise_shares)
      return std::nullopt;
   return std::min(ideal * k_ease, now * k_step_max);
}

/// Counts the shares of a window, in which `shares` and `exposure` stand for the count and the seconds.
std::optional<double> Vardiff::wanted_by_classic(VardiffState &state, double shares, double seconds) const {
   state.shares += shares;
   state.exposure += seconds;
   if (state.exposure < settings_.classic_window_s)
      return std::nullopt;
   const double mean_s = state.exposure / std::max(state.shares, 0.5);
   state.shares = 0;
   state.exposure = 0;
   const double now = static_cast<double>(state.difficulty);
   if (mean_s < settings_.target_s * (1 - settings_.classic_band))
      return now * settings_.classic_up;
   if (mean_s > settings_.target_s * (1 + settings_.classic_band))
      return now * settings_.classic_down;
   return std::nullopt;
}

Difficulty Vardiff::admit(double wanted, Difficulty network) const {
   const Difficulty most = std::max<Difficulty>(std::min(settings_.max, network), 1);
   const Difficulty least = std::min(std::max<Difficulty>(settings_.min, 1), most);
   // 2^64 and more do not fit a Difficulty, and NaN compares false with everything.
   if (!(wanted < static_cast<double>(most)))
      wanted = static_cast<double>(most);
   Difficulty difficulty = wanted >= 0x1p64 ? most : std::clamp(static_cast<Difficulty>(wanted), least, most);
   if (settings_.powers_of_two)
      difficulty = std::max(std::bit_floor(difficulty), std::bit_ceil(least));
   return difficulty;
}

} // namespace nebula::pool
