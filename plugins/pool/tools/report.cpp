#include "report.h"

#include "text.h"

#include "common/json_line.h"

#include <nebula/text.hpp>

#include <numeric>

namespace nebula::pool {
namespace {

constexpr std::array<const char *, k_share_kinds> k_kinds = {"valid", "stale", "duplicate", "invalid", "low"};
constexpr std::array<const char *, k_outcomes> k_outcome_names = {"accepted", "stale", "duplicate",
                                                                  "invalid",  "low",   "other"};
constexpr double k_ns_per_ms = 1e6, k_ns_per_s = 1e9;

std::string ms(std::uint64_t ns) {
   return fixed(static_cast<double>(ns) / k_ns_per_ms, ns < 100'000'000 ? 2 : 0);
}

std::uint64_t accepted(const LoadResult &result) {
   return result.outcomes[0][0];
}

std::uint64_t sent(const LoadResult &result) {
   return std::accumulate(result.sent.begin(), result.sent.end(), std::uint64_t{0});
}

std::uint64_t not_ready(const LoadResult &result) {
   return std::accumulate(result.not_ready.begin(), result.not_ready.end(), std::uint64_t{0});
}

/// Whoever hashes by another function finds every good share low, or not to have the digest that it claims.
bool seems_other_algorithm(const LoadResult &result) {
   const auto &good = result.outcomes[static_cast<std::size_t>(ShareKind::valid)];
   const auto of = [&](Outcome outcome) { return good[static_cast<std::size_t>(outcome)]; };
   return of(Outcome::accepted) == 0 && of(Outcome::low) + of(Outcome::invalid) > 0;
}

/// CPU of the pool while the load ran, and the memory that one connection took.
struct PoolFigures {
   double cpu_s = 0, us_per_share = 0, bytes_per_connection = 0;
};

std::optional<PoolFigures> figures(const LoadResult &result) {
   if (!result.before || !result.connected || !result.loaded)
      return std::nullopt;
   PoolFigures out;
   out.cpu_s = static_cast<double>(result.loaded->cpu_ns - result.connected->cpu_ns) / k_ns_per_s;
   if (result.latency.count() != 0)
      out.us_per_share = out.cpu_s * 1e6 / static_cast<double>(result.latency.count());
   if (result.connect.ready != 0)
      out.bytes_per_connection =
         (static_cast<double>(result.connected->memory_bytes) - static_cast<double>(result.before->memory_bytes)) /
         static_cast<double>(result.connect.ready);
   return out;
}

std::string shares_table(const LoadResult &result) {
   Table table({"shares", "sent", "accepted", "stale", "duplicate", "invalid", "low", "other"});
   for (std::size_t kind = 0; kind < k_share_kinds; ++kind) {
      if (result.sent[kind] == 0)
         continue;
      std::vector<std::string> cells = {k_kinds[kind], grouped(result.sent[kind])};
      for (const std::uint64_t count : result.outcomes[kind])
         cells.push_back(grouped(count));
      table.row(std::move(cells));
   }
   return table.text();
}

void time_row(Table &table, const char *name, const Histogram &times) {
   if (times.count() != 0)
      table.row({name, grouped(times.count()), ms(times.quantile(0.5)), ms(times.quantile(0.9)),
                 ms(times.quantile(0.99)), ms(times.quantile(0.999)), ms(times.max())});
}

std::string times_table(const LoadResult &result) {
   Table table({"milliseconds", "count", "p50", "p90", "p99", "p99.9", "max"});
   time_row(table, "share to answer", result.latency);
   time_row(table, "  of it between broadcasts", result.latency_between_broadcasts);
   time_row(table, "  of it during broadcasts", result.latency_in_broadcast);
   time_row(table, "broadcast to all", result.broadcasts.took);
   time_row(table, "broadcast to each", result.broadcasts.each);
   time_row(table, "connect to work", result.connect.each);
   time_row(table, "resume to work", result.resumed);
   time_row(table, "storm to work", result.storm.each);
   time_row(table, "generator was late", result.lateness);
   return table.text();
}

std::string json_text(const std::string &text) {
   std::string out;
   common::append_json_string(out, text);
   return out;
}

std::string json_times(const char *name, const Histogram &times) {
   const auto quantile = [&](double part) { return fixed(static_cast<double>(times.quantile(part)) / k_ns_per_ms, 4); };
   return concat('"', name, R"(":{"count":)", times.count(), R"(,"p50":)", quantile(0.5), R"(,"p90":)", quantile(0.9),
                 R"(,"p99":)", quantile(0.99), R"(,"p999":)", quantile(0.999), R"(,"max":)",
                 fixed(static_cast<double>(times.max()) / k_ns_per_ms, 4), "}");
}

std::string json_arrivals(const char *name, const Arrivals &arrivals) {
   return concat('"', name, R"(":{"wanted":)", arrivals.wanted, R"(,"ready":)", arrivals.ready, R"(,"all_ms":)",
                 fixed(static_cast<double>(arrivals.all_ns) / k_ns_per_ms, 3), ",",
                 json_times("each_ms", arrivals.each), "}");
}

std::string json_counts(const char *name, const std::map<std::string, std::uint64_t> &counts) {
   std::string out = concat('"', name, "\":{");
   for (const auto &[text, count] : counts)
      out += concat(out.back() == '{' ? "" : ",", json_text(text), ":", count);
   return out + "}";
}

std::string json_shares(const LoadResult &result) {
   std::string out = R"("shares":{)";
   for (std::size_t kind = 0; kind < k_share_kinds; ++kind) {
      out += concat(kind == 0 ? "\"" : ",\"", k_kinds[kind], R"(":{"sent":)", result.sent[kind], R"(,"not_ready":)",
                    result.not_ready[kind]);
      for (std::size_t outcome = 0; outcome < k_outcomes; ++outcome)
         out += concat(",\"", k_outcome_names[outcome], "\":", result.outcomes[kind][outcome]);
      out += "}";
   }
   return out + "}";
}

} // namespace

std::string report_text(const LoadSettings &settings, const LoadResult &result) {
   const double answered_s = result.load_s > 0 ? static_cast<double>(result.latency.count()) / result.load_s : 0;
   std::string out =
      concat(grouped(result.connect.ready), " of ", grouped(settings.connections), " connections had work after ",
             ms(result.connect.all_ns), " ms. ", grouped(result.latency.count()), " shares answered in ",
             fixed(result.load_s, 1), " s, ", grouped(static_cast<std::uint64_t>(answered_s)), "/s; ",
             grouped(accepted(result)), " accepted, ", grouped(result.lost), " lost.\n");
   if (result.storm.wanted != 0)
      out += concat("Storm: ", grouped(result.storm.ready), " of ", grouped(result.storm.wanted),
                    " connections had work again after ", ms(result.storm.all_ns), " ms.\n");
   if (result.broadcasts.all != 0)
      out += concat("Broadcasts: ", grouped(result.broadcasts.all), ", ", grouped(result.broadcasts.overtaken),
                    " of them overtaken by newer work, ", grouped(result.broadcasts.incomplete),
                    " did not reach everyone.\n");
   if (result.resumed.count() != 0)
      out += concat("Resumed: ", grouped(result.resumed.count()), ", ", grouped(result.resumed_same),
                    " of them with the extranonce they had.\n");
   out += "\n" + shares_table(result) + "\n" + times_table(result) + "\n";
   if (const auto pool = figures(result))
      out += concat("The pool's process: ", fixed(pool->us_per_share, 1), " us of CPU for each share answered (",
                    fixed(pool->cpu_s, 2), " s in all, broadcasts and everything else included), ",
                    fixed(pool->bytes_per_connection, 0), " bytes of memory for each connection.\n");
   out += concat("This generator: ", fixed(result.generator_cpu_s, 2), " s of CPU",
                 result.search_threads == 0
                    ? ""
                    : concat("; ", result.search_threads, " threads found the shares ahead of their times"),
                 ".\n");
   if (const std::uint64_t missing = not_ready(result); missing != 0)
      out += concat("! ", grouped(missing), " of ", grouped(missing + sent(result)),
                    " shares were not ready when they were due, and not sent: this generator is too slow for that "
                    "rate.\n  The pool has no part in it; lower --rate or --difficulty, or give --threads more "
                    "processors.\n");
   if (seems_other_algorithm(result))
      out += concat("! none of the good shares was one to the pool: it seems to mine another algorithm than ",
                    settings.speech.algorithm, "\n");
   for (const auto *counts : {&result.errors, &result.other_answers})
      for (const auto &[text, count] : *counts)
         out += concat("! ", grouped(count), " x ", text, "\n");
   return out;
}

std::string report_json(const LoadSettings &settings, const LoadResult &result) {
   std::string out = concat(
      R"({"connections":)", settings.connections, R"(,"rate":)", fixed(settings.rate, 3), R"(,"seconds":)",
      fixed(result.load_s, 3), R"(,"answered":)", result.latency.count(), R"(,"answered_per_s":)",
      fixed(result.load_s > 0 ? static_cast<double>(result.latency.count()) / result.load_s : 0, 1), R"(,"lost":)",
      result.lost, R"(,"flawless":)", flawless(result) ? "true" : "false", ",", json_shares(result), ",",
      json_times("latency_ms", result.latency), ",",
      json_times("latency_between_broadcasts_ms", result.latency_between_broadcasts), ",",
      json_times("latency_in_broadcast_ms", result.latency_in_broadcast), ",",
      json_times("generator_late_ms", result.lateness), R"(,"generator_not_ready":)", not_ready(result),
      R"(,"search_threads":)", result.search_threads, R"(,"broadcasts":)", result.broadcasts.all,
      R"(,"broadcasts_incomplete":)", result.broadcasts.incomplete, R"(,"broadcasts_overtaken":)",
      result.broadcasts.overtaken, ",", json_times("broadcast_all_ms", result.broadcasts.took), ",",
      json_times("broadcast_each_ms", result.broadcasts.each), ",", json_arrivals("connect", result.connect), ",",
      json_arrivals("storm", result.storm), ",", json_times("resume_ms", result.resumed),
      R"(,"resumed_same_extranonce":)", result.resumed_same, ",", json_counts("errors", result.errors), ",",
      json_counts("other_answers", result.other_answers), R"(,"generator_cpu_s":)", fixed(result.generator_cpu_s, 3));
   if (const auto pool = figures(result))
      out +=
         concat(R"(,"pool":{"cpu_s":)", fixed(pool->cpu_s, 3), R"(,"cpu_us_per_share":)", fixed(pool->us_per_share, 2),
                R"(,"memory_before":)", result.before->memory_bytes, R"(,"memory_connected":)",
                result.connected->memory_bytes, R"(,"memory_loaded":)", result.loaded->memory_bytes,
                R"(,"bytes_per_connection":)", fixed(pool->bytes_per_connection, 0), "}");
   return out + "}\n";
}

bool flawless(const LoadResult &result) {
   bool good = result.lost == 0 && result.errors.empty() && result.broadcasts.incomplete == 0 &&
               result.connect.ready == result.connect.wanted && result.storm.ready == result.storm.wanted;
   for (std::size_t kind = 0; kind < k_share_kinds; ++kind)
      for (std::size_t outcome = 0; outcome < k_outcomes; ++outcome) {
         const bool fits = kind == outcome || outcome == static_cast<std::size_t>(Outcome::stale);
         good = good && (fits || result.outcomes[kind][outcome] == 0);
      }
   return good;
}

} // namespace nebula::pool
