#include "host/cli/algorithm_node.h"
#include "host/cli/bench_text.h"
#include "host/cli/commands.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <iostream>

namespace nebula::host::cli {

namespace {

namespace json = boost::json;

constexpr double k_prepare_s_max = 300; // of one backend in a table: a RandomX dataset on two old cores

[[nodiscard]] options::options_description described_options() {
   options::options_description described("Options");
   add_configuration_options(described);
   described.add_options()("select", options::value<std::string>()->value_name("PROPS"),
                           "which backend: simd=avx2, kind=reference, or its name")(
      "compare", options::value<std::string>()->value_name("A,B"),
      "two backends (each a selection or a name; A;B when there are commas in them), in turns")(
      "all", "every backend of every algorithm at hand, in one table")("skip-deprecated",
                                                                       "with --all: leave deprecated algorithms out")(
      "threads", options::value<std::uint32_t>()->value_name("N")->default_value(0, "what pays"), "sessions at a time")(
      "seconds", options::value<double>()->value_name("S"), "time of measuring each backend (5; with --all 1)")(
      "repetitions", options::value<std::uint32_t>()->value_name("N"),
      "the median of so many is quoted (9; with --all 3)")("json", "print JSON")(
      "algorithm", options::value<std::string>()->default_value(""), "the algorithm");
   return described;
}

// "A,B" or, when commas stand in them, "A;B".
[[nodiscard]] Result<std::vector<std::string>> sides_of(const std::string &text) {
   const char separator = text.find(';') != std::string::npos ? ';' : ',';
   const auto at = text.find(separator);
   const auto trim = [](std::string side) {
      const auto first = side.find_first_not_of(' ');
      return first == std::string::npos ? std::string() : side.substr(first, side.find_last_not_of(' ') - first + 1);
   };
   if (at == std::string::npos || text.find(separator, at + 1) != std::string::npos) {
      return Error{"--compare \"" + text +
                      "\" must name two backends: simd=avx512,simd=avx2; with commas in them: "
                      "device=cpu,simd=avx2;kind=reference",
                   ErrorKind::usage};
   }
   std::vector<std::string> sides{trim(text.substr(0, at)), trim(text.substr(at + 1))};
   if (sides[0].empty() || sides[1].empty()) {
      return Error{"--compare \"" + text + "\" lacks one of its two backends", ErrorKind::usage};
   }
   return sides;
}

[[nodiscard]] Result<MeasureRequest> request_from(const Parsed &parsed) {
   const bool all = parsed.has("all");
   MeasureRequest asked;
   asked.algorithm = parsed.text("algorithm");
   if (all != asked.algorithm.empty()) {
      return Error{"name one algorithm, or say --all for every one", ErrorKind::usage};
   }
   const bool sides = parsed.has("select") || parsed.has("compare");
   if ((all && sides) || (parsed.has("select") && parsed.has("compare"))) {
      return Error{"--all, --select and --compare exclude each other", ErrorKind::usage};
   }
   asked.sides = {parsed.text("select")};
   if (parsed.has("compare")) {
      auto two = sides_of(parsed.text("compare"));
      if (!two) {
         return two.error();
      }
      asked.sides = std::move(*two);
   }
   asked.threads = parsed.values["threads"].as<std::uint32_t>();
   asked.seconds = parsed.has("seconds") ? parsed.values["seconds"].as<double>() : all ? 1 : 5;
   asked.repetitions = parsed.has("repetitions") ? parsed.values["repetitions"].as<std::uint32_t>() : all ? 3 : 9;
   if (!(asked.seconds >= 0.1 && asked.seconds <= 3600) || asked.repetitions < 1 || asked.repetitions > 1000 ||
       asked.threads > 1024) {
      return Error{"--seconds must be 0.1 to 3600, --repetitions 1 to 1000, --threads at most 1024", ErrorKind::usage};
   }
   return asked;
}

// One algorithm: its measurements one below the other, and the ratio of two.
[[nodiscard]] int bench_one(const Command &self, const Parsed &parsed, const config::LoadRequest &request,
                            MeasureRequest asked) {
   auto node = AlgorithmNode::make(request, asked.algorithm);
   if (!node) {
      return fail(self.name, node.error());
   }
   ProgressLine line;
   asked.progress = [&line](const std::string &text) { line.show(text); };
   const auto measured = measure((*node)->pow().registry(), asked);
   line.clear();
   if (!measured) {
      return fail(self.name, measured.error());
   }
   if (!parsed.has("json")) {
      for (const Measurement &one : *measured) {
         std::cout << measurement_text(one);
      }
      if (measured->size() == 2) {
         std::cout << ratio_text(measured->front(), measured->back());
      }
      return k_exit_ok;
   }
   if (measured->size() == 1) {
      print_json(json::parse(to_json(measured->front())));
      return k_exit_ok;
   }
   const Ratio relation = ratio(measured->front(), measured->back());
   print_json(json::object{{"a", json::parse(to_json(measured->front()))},
                           {"b", json::parse(to_json(measured->back()))},
                           {"ratio", relation.of_medians},
                           {"ratio_spread", relation.spread}});
   return k_exit_ok;
}

// Every backend of one algorithm.
void bench_backends(const Registry &registry, const AlgorithmEntry &algorithm, MeasureRequest asked, ProgressLine &line,
                    std::vector<TableLine> &lines) {
   const std::string name = algorithm.table().name;
   for (const auto &contender : registry.contenders(name)) {
      asked.algorithm = name;
      asked.sides = {std::string(contender->name())};
      asked.prepare_s_max = k_prepare_s_max;
      asked.progress = [&](const std::string &text) {
         line.show(text + " (preparing takes at most " + std::to_string(static_cast<int>(k_prepare_s_max)) + " s)");
      };
      auto measured = measure(registry, asked);
      TableLine one{name, std::string(contender->name()), std::nullopt, ""};
      if (measured) {
         one.measured = std::move(measured->front());
      } else {
         one.why_not = measured.error().message;
      }
      lines.push_back(std::move(one));
   }
}

[[nodiscard]] int bench_all(const Command &self, const Parsed &parsed, const config::LoadRequest &request,
                            const MeasureRequest &asked) {
   auto node = AlgorithmNode::make_all(request);
   if (!node) {
      return fail(self.name, node.error());
   }
   const auto &registry = (*node)->pow().registry();
   ProgressLine progress;
   std::vector<TableLine> lines;
   for (const std::string &name : registry.algorithms()) {
      const auto entry = registry.algorithm(name);
      const bool skipped = !entry || (parsed.has("skip-deprecated") && entry->table().status == NEB_POW_DEPRECATED);
      if (!skipped) {
         bench_backends(registry, *entry, asked, progress, lines);
      }
   }
   progress.clear();
   if (lines.empty()) {
      return fail(self.name, {"no plugin at hand offers an algorithm; see nebula plugin list", ErrorKind::unavailable});
   }
   if (parsed.has("json")) {
      print_json(table_json(lines));
   } else {
      std::cout << table_text(lines);
   }
   const bool any = std::any_of(lines.begin(), lines.end(), [](const TableLine &one) { return one.measured; });
   return any ? k_exit_ok : k_exit_failed;
}

} // namespace

int run_bench(const Command &self, const Arguments &arguments) {
   options::positional_options_description positional;
   positional.add("algorithm", 1);
   const auto parsed = parse(self, arguments, described_options(), positional);
   if (parsed.finished()) {
      return parsed.exit;
   }
   auto asked = request_from(parsed);
   if (!asked) {
      return fail(self.name, asked.error());
   }
   const auto request = load_request(parsed);
   if (!request) {
      return fail(self.name, request.error());
   }
   return parsed.has("all") ? bench_all(self, parsed, *request, *asked)
                            : bench_one(self, parsed, *request, std::move(*asked));
}

} // namespace nebula::host::cli
