/// nebula simulate vardiff: what the rules do to a few hundred miners over some hours.

#include "arguments.h"
#include "commands.h"
#include "text.h"

#include "core/vardiff_simulation.h"

namespace nebula::pool {
namespace {

constexpr Option k_options[] = {
   {"--rule", "RULE", "both", "filter, classic or both"},
   {"--target", "S", "10", "seconds from share to share, 1 to 600"},
   {"--miners", "N", "300", "miners of each scenario, 1 to 100000"},
   {"--hours", "H", "3", "simulated time; the events of some scenarios come after one hour"},
   {"--seed", "N", "1", "the same seed gives the same result"},
   {"--json", "", "", "print JSON"},
   {"--help", "", "", "show this help"},
};

constexpr std::string_view k_usage =
   "usage: nebula simulate vardiff [options]\n\n"
   "Simulates miners whose hash rates are spread log-normally and whose shares come at random, under the rules by\n"
   "which a pool makes their difficulty. Nothing runs and nothing is measured: the figures depend on the seed "
   "alone.\n\n";

constexpr std::string_view k_columns =
   "\nsettles: seconds after the event (the start, or the change of the hash rate) until the difficulty stays within "
   "a\n"
   "factor 1.5 of the ideal one for a minute; half of the miners (p50), nine of ten (p90). shares/5 min: in the first\n"
   "five minutes after the event, median. changes/h and the error (root mean square of log2 of difficulty / ideal):\n"
   "in the last hour.\n";

struct Row {
   std::string_view rule;
   const Scenario *scenario;
   ScenarioResult result;
};

std::vector<Row> simulate(const Arguments &arguments) {
   const std::string rule = arguments.text("--rule");
   if (rule != "filter" && rule != "classic" && rule != "both")
      throw UsageError("--rule \"" + rule + "\" must be filter, classic or both");
   SimulationSettings settings;
   settings.miners = static_cast<unsigned>(arguments.whole("--miners", 1, 100'000));
   settings.hours = arguments.number("--hours", 0.1, 1'000);
   settings.seed = arguments.whole("--seed", 0, ~0ull);
   VardiffSettings vardiff;
   vardiff.target_s = arguments.number("--target", 1, 600);
   std::vector<Row> rows;
   for (const Scenario &scenario : vardiff_scenarios()) {
      if (scenario.step_at_s >= settings.hours * 3'600)
         throw UsageError("--hours must be more than " + fixed(scenario.step_at_s / 3'600, 0) +
                          ": the hash rates of some scenarios change then");
      for (const auto &[which, name] : {std::pair{VardiffRule::filter, "filter"}, {VardiffRule::classic, "classic"}}) {
         if (rule != "both" && rule != name)
            continue;
         vardiff.rule = which;
         rows.push_back({name, &scenario, simulate_vardiff(Vardiff(vardiff), scenario, settings)});
      }
   }
   return rows;
}

void print_json(const CommandIo &io, const std::vector<Row> &rows, const Arguments &arguments) {
   std::string out =
      concat(R"({"target_s":)", arguments.text("--target"), R"(,"miners":)", arguments.text("--miners"), R"(,"hours":)",
             arguments.text("--hours"), R"(,"seed":)", arguments.text("--seed"), R"(,"results":[)");
   for (const Row &row : rows)
      out += concat(&row == rows.data() ? "" : ",", R"({"scenario":")", row.scenario->name, R"(","rule":")", row.rule,
                    R"(","settle_p50_s":)", fixed(row.result.settle_p50_s, 1), R"(,"settle_p90_s":)",
                    fixed(row.result.settle_p90_s, 1), R"(,"shares_5min":)", fixed(row.result.shares_5min, 0),
                    R"(,"changes_per_hour":)", fixed(row.result.changes_per_hour, 3), R"(,"rms_log2_error":)",
                    fixed(row.result.rms_log2_error, 4), "}");
   io.out(out, "]}\n");
}

void print_table(const CommandIo &io, const std::vector<Row> &rows) {
   Table table({"scenario", "rule", "settles p50", "p90", "shares/5 min", "changes/h", "error"});
   for (const Row &row : rows)
      table.row({std::string(row.scenario->name), std::string(row.rule), fixed(row.result.settle_p50_s, 0) + " s",
                 fixed(row.result.settle_p90_s, 0) + " s", fixed(row.result.shares_5min, 0),
                 fixed(row.result.changes_per_hour, 1), fixed(row.result.rms_log2_error, 3)});
   io.out(table.text(), "\n");
   for (const Scenario &scenario : vardiff_scenarios())
      io.out(padded(std::string(scenario.name), 10), scenario.text, "\n");
   io.out(k_columns);
}

} // namespace

std::int32_t run_simulate_vardiff(Words words, const CommandIo &io) {
   try {
      const Arguments arguments(k_options, words);
      if (arguments.has("--help")) {
         io.out(k_usage, described(k_options));
         return k_exit_ok;
      }
      const std::vector<Row> rows = simulate(arguments);
      if (arguments.has("--json"))
         print_json(io, rows, arguments);
      else
         print_table(io, rows);
      return k_exit_ok;
   } catch (const UsageError &error) {
      io.err("nebula simulate vardiff: ", error.what(), "\nTry: nebula simulate vardiff --help\n");
      return k_exit_usage;
   }
}

} // namespace nebula::pool
