#include "vardiff_simulation.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace nebula::pool {
namespace {

constexpr double k_ns_per_s = 1e9;
constexpr double k_settled_log2 = 0.585; // a factor 1.5
constexpr double k_held_s = 60;
constexpr double k_early_s = 300;
constexpr double k_late_s = 3600;
constexpr double k_median_rate = 1e6; // hashes per second
constexpr double k_rate_sigma = 1.5;  // of its natural logarithm

/// The distributions of <random> differ from library to library; the generator does not.
class Random {
public:
   explicit Random(std::uint64_t seed) : generator_(seed) {}
   /// Above 0, at most 1.
   double uniform() { return (static_cast<double>(generator_() >> 11) + 1) * 0x1p-53; }
   double exponential() { return -std::log(uniform()); }
   double normal() { return std::sqrt(-2 * std::log(uniform())) * std::cos(2 * std::numbers::pi * uniform()); }

private:
   std::mt19937_64 generator_;
};

/// One miner from its start to the end of the simulation.
class SimulatedMiner {
public:
   SimulatedMiner(const Vardiff &rule, const Scenario &scenario, const SimulationSettings &settings, Random &random)
      : rule_(rule), scenario_(scenario), settings_(settings), random_(random),
        rate_(k_median_rate * std::exp(k_rate_sigma * random.normal())), end_s_(settings.hours * 3600),
        late_from_s_(std::max(end_s_ - k_late_s, 0.0)) {
      const double ideal = rate_ * rule.settings().target_s;
      state_ = rule.start(static_cast<Difficulty>(std::max(ideal * scenario.start, 1.0)), 0);
   }

   void run() {
      double work = random_.exponential(); // what is left to do until the next share, in shares
      double tick_s = settings_.tick_s;
      while (now_s_ < end_s_) {
         const double per_s = rate_now() / static_cast<double>(state_.difficulty);
         const double share_s = now_s_ + work / per_s;
         double until_s = std::min(tick_s, end_s_);
         if (now_s_ < scenario_.step_at_s)
            until_s = std::min(until_s, scenario_.step_at_s);
         const bool share = share_s <= until_s;
         if (share)
            until_s = share_s;
         hold(until_s);
         work -= (until_s - now_s_) * per_s;
         now_s_ = until_s;
         if (share) {
            work = random_.exponential();
            shares_ += now_s_ >= scenario_.step_at_s && now_s_ < scenario_.step_at_s + k_early_s;
            count(rule_.share(state_, state_.difficulty, ~0ull, now_ns()));
         } else if (now_s_ >= tick_s) {
            tick_s += settings_.tick_s;
            count(rule_.silence(state_, ~0ull, now_ns()));
         }
      }
   }

   [[nodiscard]] double settled_s() const { return settled_s_.value_or(end_s_); }
   [[nodiscard]] double shares() const { return shares_; }
   [[nodiscard]] double changes() const { return changes_; }
   [[nodiscard]] double squares() const { return squares_; }
   [[nodiscard]] double late_s() const { return end_s_ - late_from_s_; }

private:
   [[nodiscard]] double rate_now() const { return now_s_ < scenario_.step_at_s ? rate_ : rate_ * scenario_.step; }
   [[nodiscard]] std::uint64_t now_ns() const { return static_cast<std::uint64_t>(now_s_ * k_ns_per_s); }

   void count(const std::optional<Difficulty> &changed) { changes_ += changed && now_s_ >= late_from_s_; }

   /// The difficulty stays what it is until then.
   void hold(double until_s) {
      const double ideal = rate_now() * rule_.settings().target_s;
      const double error = std::log2(static_cast<double>(state_.difficulty) / ideal);
      if (until_s > late_from_s_)
         squares_ += error * error * (until_s - std::max(now_s_, late_from_s_));
      if (settled_s_ || now_s_ < scenario_.step_at_s)
         return;
      if (std::abs(error) > k_settled_log2) {
         held_from_s_.reset();
         return;
      }
      if (!held_from_s_)
         held_from_s_ = now_s_;
      if (until_s - *held_from_s_ >= k_held_s)
         settled_s_ = *held_from_s_ - scenario_.step_at_s;
   }

   const Vardiff &rule_;
   const Scenario &scenario_;
   const SimulationSettings &settings_;
   Random &random_;
   double rate_, end_s_, late_from_s_;
   VardiffState state_;
   double now_s_ = 0, shares_ = 0, changes_ = 0, squares_ = 0;
   std::optional<double> held_from_s_, settled_s_;
};

double percentile(std::vector<double> &values, double part) {
   std::sort(values.begin(), values.end());
   return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

} // namespace

const std::vector<Scenario> &vardiff_scenarios() {
   static const std::vector<Scenario> scenarios = {
      {"steady", "the right difficulty, an unchanging hash rate", 1, 1, 0},
      {"too easy", "the first difficulty is 1,000 times too low", 1e-3, 1, 0},
      {"too hard", "the first difficulty is 20 times too high", 20, 1, 0},
      {"half", "half of the hash rate is lost after an hour", 1, 0.5, 3600},
      {"tenth", "nine tenths of the hash rate are lost after an hour", 1, 0.1, 3600},
      {"fourfold", "the hash rate grows fourfold after an hour", 1, 4, 3600}};
   return scenarios;
}

ScenarioResult simulate_vardiff(const Vardiff &rule, const Scenario &scenario, const SimulationSettings &settings) {
   Random random(settings.seed);
   std::vector<double> settled, shares;
   double changes = 0, squares = 0, seconds = 0;
   for (unsigned i = 0; i < settings.miners; ++i) {
      SimulatedMiner miner(rule, scenario, settings, random);
      miner.run();
      settled.push_back(miner.settled_s());
      shares.push_back(miner.shares());
      changes += miner.changes();
      squares += miner.squares();
      seconds += miner.late_s();
   }
   ScenarioResult result;
   result.name = scenario.name;
   result.settle_p50_s = percentile(settled, 0.5);
   result.settle_p90_s = percentile(settled, 0.9);
   result.shares_5min = percentile(shares, 0.5);
   result.changes_per_hour = changes / (seconds / 3600);
   result.rms_log2_error = std::sqrt(squares / seconds);
   return result;
}

} // namespace nebula::pool
