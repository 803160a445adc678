#pragma once

/// VarDiff: which difficulty lets a worker hand in one share per `target_s`.
///
/// The default controller takes shares for what they are, a Poisson process whose rate is the worker's hash rate. It
/// keeps a Gamma distribution over that rate, which is exact for such counts; cumulative sums of log-likelihood ratios
/// notice when the rate has changed, and then what came before is forgotten; and the difficulty moves only when it lies
/// outside the band in which the rate is likely to be. The classic rule is that of ZION 2.8.2. Both are pure: no clock,
/// no allocation. Floating point is right here: a difficulty is advice to a worker; what a share is worth is a whole
/// number.

#include "difficulty.h"

#include <array>
#include <cstdint>
#include <optional>

namespace nebula::pool {

enum class VardiffRule : std::uint8_t { filter, classic };

struct VardiffSettings {
   VardiffRule rule = VardiffRule::filter;
   double target_s = 20;       ///< seconds from share to share
   Difficulty min = 1;         ///< never easier
   Difficulty max = ~0ull;     ///< never harder; the network's own difficulty is a further limit
   bool powers_of_two = false; ///< rounded down to one, for miners that understand nothing else
   // The classic rule only.
   double classic_band = 0.3; ///< no change while the mean time is within this part of target_s
   double classic_up = 1.5;
   double classic_down = 0.75;
   double classic_window_s = 30;
};

/// What is known of one worker. Copyable, kept over its reconnects. 120 bytes.
struct VardiffState {
   /// One cumulative sum: the log-likelihood ratio of "the rate is `factor` times what it was" against "it is not", and
   /// what was seen since it was last zero.
   struct Sum {
      double value = 0, shares = 0, exposure = 0;
   };

   Difficulty difficulty = 1;
   std::uint64_t last_ns = 0;     ///< until when time is accounted for
   double shares = 0;             ///< shape of the Gamma distribution
   double exposure = 0;           ///< its rate, in seconds per hash: the hash rate is about shares / exposure
   std::array<double, 2> hints{}; ///< sums of small changes, down and up
   std::array<Sum, 3> sums{};     ///< of large ones
};

class Vardiff {
public:
   explicit Vardiff(const VardiffSettings &settings) : settings_(settings) {}

   [[nodiscard]] VardiffState start(Difficulty difficulty, std::uint64_t now_ns) const;

   /// Knowledge from elsewhere, such as an optimizer's: the worker makes `hashes_per_s`, as sure as after `shares`
   /// shares.
   [[nodiscard]] VardiffState advise(double hashes_per_s, double shares, std::uint64_t now_ns) const;

   /// A good share of difficulty `of_share` has come. The new difficulty, which is in the state already, or nothing
   /// when it stays. `network` is the network's difficulty. Time never runs backwards.
   std::optional<Difficulty> share(VardiffState &state, Difficulty of_share, Difficulty network,
                                   std::uint64_t now_ns) const {
      return observe(state, static_cast<double>(of_share) / static_cast<double>(state.difficulty), network, now_ns);
   }

   /// No share has come since; worth a call every few seconds, for silence tells something too.
   std::optional<Difficulty> silence(VardiffState &state, Difficulty network, std::uint64_t now_ns) const {
      return observe(state, 0, network, now_ns);
   }

   /// Time that says nothing about the worker, because there was no work to do or it was not connected.
   static void skip(VardiffState &state, std::uint64_t now_ns) { state.last_ns = now_ns; }

   /// The hash rate as far as it is known.
   [[nodiscard]] static double hashes_per_s(const VardiffState &state) {
      return state.exposure > 0 ? state.shares / state.exposure : 0;
   }

   [[nodiscard]] const VardiffSettings &settings() const { return settings_; }

private:
   std::optional<Difficulty> observe(VardiffState &state, double shares, Difficulty network,
                                     std::uint64_t now_ns) const;
   void filter(VardiffState &state, double shares, double seconds) const;
   [[nodiscard]] std::optional<double> wanted_by_filter(const VardiffState &state) const;
   [[nodiscard]] std::optional<double> wanted_by_classic(VardiffState &state, double shares, double seconds) const;
   [[nodiscard]] Difficulty admit(double wanted, Difficulty network) const;

   VardiffSettings settings_;
};

} // namespace nebula::pool
