#include "host/cli/algorithm_node.h"
#include "host/cli/commands.h"
#include "host/cli/status_text.h"
#include "host/ctl/client.h"
#include "host/ctl/server.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstdio>
#include <iostream>
#include <utility>

namespace nebula::host::cli {

namespace {

namespace json = boost::json;

// What the running node says, else what a node with this configuration would do.
[[nodiscard]] Result<json::value> explained(const config::LoadRequest &request, const std::string &data,
                                            const std::string &algorithm) {
   auto live = ctl::call(ctl::socket_path(data), "explain", {{"algorithm", algorithm}}, std::chrono::seconds(30));
   if (live || live.error().kind != ErrorKind::unavailable) {
      return live;
   }
   auto node = AlgorithmNode::make(request, algorithm);
   if (!node) {
      return node.error();
   }
   (*node)->pow().settle();
   const auto document = (*node)->pow().explain(algorithm);
   if (!document) {
      return document.error();
   }
   return json::parse(*document);
}

[[nodiscard]] std::string text_at(const json::object &object, const char *key) {
   const auto *value = object.if_contains(key);
   if (!value || value->is_null()) {
      return "";
   }
   return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

[[nodiscard]] const json::array *array_at(const json::object &object, const char *key) {
   const auto *value = object.if_contains(key);
   return value && value->is_array() ? &value->get_array() : nullptr;
}

void print_slots(const json::object &document) {
   const auto *slots = array_at(document, "slots");
   if (!slots || slots->empty()) {
      return;
   }
   std::vector<std::vector<std::string>> rows{{"CONSUMER", "ASKS FOR", "SERVED BY"}};
   for (const auto &value : *slots) {
      const auto &slot = value.get_object();
      const auto backend = text_at(slot, "backend");
      rows.push_back({text_at(slot, "consumer"), text_at(slot, "select"), backend.empty() ? "nobody" : backend});
   }
   std::cout << table(rows, "  ") << '\n';
}

// "61 °C, 1410 MHz, 215 W": what the device tells of itself, and no more.
[[nodiscard]] std::string sensors_text(const json::object &candidate) {
   const auto *telemetry = candidate.if_contains("telemetry");
   if (!telemetry || !telemetry->is_object()) {
      return "";
   }
   static constexpr std::pair<const char *, const char *> k_units[] = {
      {"temperature_celsius", " °C"}, {"clock_mhz", " MHz"}, {"power_watts", " W"}, {"fan_percent", " % fan"}};
   std::string text;
   for (const auto &[member, unit] : k_units) {
      if (const auto *value = telemetry->get_object().if_contains(member)) {
         char number[32];
         std::snprintf(number, sizeof number, "%.0f", value->to_number<double>());
         text += (text.empty() ? "" : ", ") + std::string(number) + unit;
      }
   }
   return text;
}

void print_step(const json::object &step) {
   const auto select = text_at(step, "select");
   std::cout << (select.empty() ? "any backend" : select) << "  (" << text_at(step, "origin") << ")\n";
   std::vector<std::vector<std::string>> rows;
   if (const auto *candidates = array_at(step, "candidates")) {
      for (const auto &value : *candidates) {
         const auto &candidate = value.get_object();
         const auto removed = text_at(candidate, "removed_by");
         const auto sensors = sensors_text(candidate);
         rows.push_back(
            {text_at(candidate, "name"), text_at(candidate, "device"),
             (removed.empty()
                 ? "fits, " + (candidate.if_contains("checking") ? "in its gate" : text_at(candidate, "standing")) +
                      ", " + text_at(candidate, "preferences") + " preferences met"
                 : "out: " + removed) +
                (sensors.empty() ? "" : "; " + sensors)});
      }
   }
   std::cout << table(rows, "  ") << '\n';
}

// In the order in which they are tried: the first step with a candidate that fits and passes decides.
void print(const json::object &document) {
   std::cout << text_at(document, "algorithm") << ": " << text_at(document, "text") << '\n';
   if (const auto *aliases = array_at(document, "aliases")) {
      for (const auto &alias : *aliases) {
         std::cout << "also called " << alias.get_string().c_str() << '\n';
      }
   }
   if (const auto why = text_at(document, "deprecated"); !why.empty()) {
      std::cout << "deprecated: " << why << '\n';
   }
   std::cout << '\n';
   print_slots(document);
   if (const auto *steps = array_at(document, "steps")) {
      for (const auto &step : *steps) {
         print_step(step.get_object());
      }
   }
}

} // namespace

int run_explain(const Command &self, const Arguments &arguments) {
   options::options_description described("Options");
   add_configuration_options(described);
   described.add_options()("json", "print JSON")("algorithm", options::value<std::string>()->required(),
                                                 "the algorithm");
   options::positional_options_description positional;
   positional.add("algorithm", 1);
   const auto parsed = parse(self, arguments, described, positional);
   if (parsed.finished()) {
      return parsed.exit;
   }
   const auto request = load_request(parsed);
   if (!request) {
      return fail(self.name, request.error());
   }
   const auto data = find_data_folder(parsed);
   if (!data) {
      return fail(self.name, data.error());
   }
   const auto document = explained(*request, *data, parsed.text("algorithm"));
   if (!document) {
      return fail(self.name, document.error());
   }
   if (parsed.has("json") || !document->is_object()) {
      print_json(*document);
   } else {
      print(document->get_object());
   }
   return k_exit_ok;
}

} // namespace nebula::host::cli
