#include "host/cli/commands.h"
#include "host/cli/configuration.h"
#include "host/cli/doctor.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <iostream>
#include <unistd.h>

namespace nebula::host::cli {

namespace {

// Every `listen` of the configured plugins, wherever it stands in their configuration.
void collect_listeners(const config::Value &value, std::vector<std::string> &found) {
   for (const auto &entry : value.entries()) {
      if (entry.key == "listen" && entry.value.as_string()) {
         found.emplace_back(*entry.value.as_string());
      }
      collect_listeners(entry.value, found);
   }
   for (const auto &item : value.items()) {
      collect_listeners(item, found);
   }
}

[[nodiscard]] const char *word(Finding::Level level) {
   switch (level) {
   case Finding::Level::good:
      return "ok";
   case Finding::Level::note:
      return "note";
   case Finding::Level::bad:
      return "bad";
   }
   return "?";
}

[[nodiscard]] const char *colour(Finding::Level level) {
   switch (level) {
   case Finding::Level::good:
      return "\033[32m";
   case Finding::Level::note:
      return "\033[33m";
   case Finding::Level::bad:
      return "\033[31m";
   }
   return "";
}

void print(const std::vector<Finding> &findings) {
   const bool coloured = ::isatty(STDOUT_FILENO) == 1;
   for (const auto &finding : findings) {
      std::string level = word(finding.level);
      level.resize(4, ' ');
      std::cout << (coloured ? colour(finding.level) : "") << level << (coloured ? "\033[0m" : "") << "  "
                << finding.subject << ": " << finding.state << '\n';
      if (!finding.remedy.empty()) {
         std::cout << "      -> " << finding.remedy << '\n';
      }
   }
}

} // namespace

int run_doctor(const Command &self, const Arguments &arguments) {
   options::options_description described("Options");
   add_configuration_options(described);
   described.add_options()("json", "print JSON");
   const auto parsed = parse(self, arguments, described);
   if (parsed.finished()) {
      return parsed.exit;
   }
   std::vector<Finding> findings{check_cpu(),        check_memory(), check_huge_pages(),
                                 check_open_files(), check_clock(),  check_opencl()};
   auto request = load_request(parsed);
   if (!request) {
      return fail(self.name, request.error());
   }
   if (const auto loaded = config::load(*request)) {
      const auto settings = config::settings_of(loaded->root);
      findings.push_back(check_disk(data_folder(*request, settings)));
      std::vector<std::string> listeners;
      for (const auto &plugin : settings.plugins) {
         collect_listeners(plugin.config, listeners);
      }
      for (const auto &address : listeners) {
         findings.push_back(check_port(address));
      }
      findings.push_back({Finding::Level::good, "configuration", described_source(*request), ""});
   } else {
      findings.push_back(
         {Finding::Level::bad, "configuration", loaded.error().message, "mend node.yaml, then: nebula check"});
   }
   if (parsed.has("json")) {
      boost::json::array all;
      for (const auto &finding : findings) {
         all.push_back(boost::json::object{{"level", word(finding.level)},
                                           {"subject", finding.subject},
                                           {"state", finding.state},
                                           {"remedy", finding.remedy}});
      }
      print_json(all);
   } else {
      print(findings);
   }
   for (const auto &finding : findings) {
      if (finding.level == Finding::Level::bad) {
         return k_exit_failed;
      }
   }
   return k_exit_ok;
}

} // namespace nebula::host::cli
