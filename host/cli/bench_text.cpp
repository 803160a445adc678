#include "host/cli/bench_text.h"

#include "host/cli/status_text.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <iterator>

namespace nebula::host::cli {

namespace {

[[nodiscard]] std::string percent(double share) {
   return "±" + std::to_string(std::lround(share * 100)) + " %";
}

[[nodiscard]] std::string memory_text(const Measurement &measured) {
   const auto mebibytes = [](std::uint64_t bytes) {
      char text[32];
      std::snprintf(text, sizeof text, "%.1f MiB", static_cast<double>(bytes) / (1 << 20));
      return std::string(text);
   };
   return mebibytes(measured.memory_added) +
          (measured.device_memory ? ", on the device " + mebibytes(*measured.device_memory) : "");
}

} // namespace

ProgressLine::ProgressLine() : terminal_(::isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() {
   clear();
}

void ProgressLine::show(const std::string &text) {
   if (!terminal_) {
      return;
   }
   std::fprintf(stderr, "\r\x1b[K%s", text.c_str());
   std::fflush(stderr);
   shown_ = true;
}

void ProgressLine::clear() {
   if (shown_) {
      std::fputs("\r\x1b[K", stderr);
      std::fflush(stderr);
      shown_ = false;
   }
}

std::string rate_text(double rate) {
   static constexpr const char *k_units[] = {"H/s", "kH/s", "MH/s", "GH/s", "TH/s"};
   std::size_t unit = 0;
   while (rate >= 1000 && unit + 1 < std::size(k_units)) {
      rate /= 1000;
      ++unit;
   }
   char text[48];
   std::snprintf(text, sizeof text, "%.4g %s", rate, k_units[unit]);
   return text;
}

std::string measurement_text(const Measurement &m) {
   return m.algorithm + " by " + m.backend + " on " + m.device + ": self-test passed (" +
          std::to_string(m.self_test.jobs) + " jobs, known answers among them, " +
          std::to_string(m.self_test.took_ns / 1'000'000) + " ms)\n  " + std::to_string(m.threads) +
          (m.threads == 1 ? " thread: " : " threads: ") + rate_text(m.median) + " (best " + rate_text(m.best) +
          ", spread " + percent(m.spread) + ", " + std::to_string(m.rates.size()) + " repetitions), " +
          rate_text(m.per_cpu_second) + " per CPU-second, memory " + memory_text(m) + "\n";
}

std::string ratio_text(const Measurement &first, const Measurement &second) {
   const Ratio relation = ratio(first, second);
   char text[64];
   std::snprintf(text, sizeof text, "%.3f", relation.of_medians);
   return first.backend + " : " + second.backend + " = " + text + " (spread " + percent(relation.spread) + ")\n";
}

std::string table_text(const std::vector<TableLine> &lines) {
   std::vector<std::vector<std::string>> rows{
      {"ALGORITHM", "BACKEND", "DEVICE", "THREADS", "MEDIAN", "SPREAD", "PER CPU-SECOND", "MEMORY"}};
   std::string missing;
   for (const TableLine &line : lines) {
      if (!line.measured) {
         missing += "not measured: " + line.backend + ": " + line.why_not + '\n';
         continue;
      }
      const Measurement &m = *line.measured;
      rows.push_back({line.algorithm, line.backend, m.device, std::to_string(m.threads), rate_text(m.median),
                      percent(m.spread), rate_text(m.per_cpu_second), memory_text(m)});
   }
   return "Every backend passed the self-test of its algorithm before it was measured.\n" + table(rows, "") + missing;
}

boost::json::array table_json(const std::vector<TableLine> &lines) {
   boost::json::array all;
   for (const TableLine &line : lines) {
      if (line.measured) {
         all.push_back(boost::json::parse(to_json(*line.measured)));
      } else {
         all.push_back(boost::json::object{
            {"algorithm", line.algorithm}, {"backend", line.backend}, {"not_measured", line.why_not}});
      }
   }
   return all;
}

} // namespace nebula::host::cli
