#pragma once

/// Simulated miners under a VarDiff rule: hash rates spread log-normally, shares come as a Poisson process, time is
/// explicit. The same seed gives the same result on every machine of the same floating-point arithmetic.

#include "vardiff.h"

#include <string_view>
#include <vector>

namespace nebula::pool {

struct SimulationSettings {
   unsigned miners = 300;
   double hours = 3;
   std::uint64_t seed = 1;
   double tick_s = 5; ///< how often silence is looked at
};

/// What happens to a miner's hash rate, and with which difficulty it begins.
struct Scenario {
   std::string_view name, text;
   double start = 1; ///< difficulty at the start against the ideal one
   double step = 1;  ///< hash rate after `step_at_s` against before
   double step_at_s = 0;
};

[[nodiscard]] const std::vector<Scenario> &vardiff_scenarios();

struct ScenarioResult {
   std::string_view name;
   /// Seconds from the scenario's event (its start or step) to the first minute that was held within a factor 1.5 of
   /// the ideal: median and 90th percentile of the miners. Of those that never got there, the simulated time.
   double settle_p50_s = 0, settle_p90_s = 0;
   double shares_5min = 0;      ///< in the first five minutes after the event, median; ideal is 300 / target
   double changes_per_hour = 0; ///< of a miner's difficulty, in the last hour
   double rms_log2_error = 0;   ///< of difficulty / ideal, over time, in the last hour
};

[[nodiscard]] ScenarioResult simulate_vardiff(const Vardiff &rule, const Scenario &scenario,
                                              const SimulationSettings &settings);

} // namespace nebula::pool
