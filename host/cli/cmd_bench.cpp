#include "host/cli/algorithm_node.h"
#include "host/cli/commands.h"
#include "host/pow/measure.h"

#include <boost/json/parse.hpp>

#include <cmath>
#include <cstdio>
#include <iostream>

namespace nebula::host::cli {

namespace {

// "12.3 MH/s".
[[nodiscard]] std::string rate_text(double rate) {
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

} // namespace

int run_bench(const Command &self, const Arguments &arguments) {
   options::options_description described("Options");
   add_configuration_options(described);
   described.add_options()("select", options::value<std::string>()->value_name("PROPS"),
                           "which backend: simd=avx2, kind=reference")(
      "threads", options::value<std::uint32_t>()->value_name("N")->default_value(0, "what pays"), "sessions at a time")(
      "seconds", options::value<double>()->value_name("S")->default_value(5, "5"), "time of measuring")(
      "repetitions", options::value<std::uint32_t>()->value_name("N")->default_value(9),
      "the median of so many is quoted")("json", "print JSON")("algorithm", options::value<std::string>()->required(),
                                                               "the algorithm");
   options::positional_options_description positional;
   positional.add("algorithm", 1);
   const auto parsed = parse(self, arguments, described, positional);
   if (parsed.finished()) {
      return parsed.exit;
   }
   MeasureRequest asked;
   asked.algorithm = parsed.text("algorithm");
   asked.select = parsed.text("select");
   asked.threads = parsed.values["threads"].as<std::uint32_t>();
   asked.seconds = parsed.values["seconds"].as<double>();
   asked.repetitions = parsed.values["repetitions"].as<std::uint32_t>();
   if (!(asked.seconds >= 0.1 && asked.seconds <= 3600) || asked.repetitions < 1 || asked.repetitions > 1000 ||
       asked.threads > 1024) {
      return fail(self.name,
                  {"--seconds must be 0.1 to 3600, --repetitions 1 to 1000, --threads at most 1024", ErrorKind::usage});
   }
   const auto request = load_request(parsed);
   if (!request) {
      return fail(self.name, request.error());
   }
   auto node = AlgorithmNode::make(*request, asked.algorithm);
   if (!node) {
      return fail(self.name, node.error());
   }
   const auto measured = measure((*node)->pow().registry(), asked);
   if (!measured) {
      return fail(self.name, measured.error());
   }
   if (parsed.has("json")) {
      print_json(boost::json::parse(to_json(*measured)));
      return k_exit_ok;
   }
   std::cout << measured->algorithm << " by " << measured->backend << " on " << measured->device << ", "
             << measured->threads << (measured->threads == 1 ? " thread: " : " threads: ")
             << rate_text(measured->median) << " (best " << rate_text(measured->best) << ", spread ±"
             << std::lround(measured->spread * 100) << " %, " << measured->rates.size() << " repetitions)\n";
   return k_exit_ok;
}

} // namespace nebula::host::cli
