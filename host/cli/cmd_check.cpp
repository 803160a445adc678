#include "host/cli/commands.h"
#include "host/cli/node_options.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <iostream>

namespace nebula::host::cli {

namespace {

struct Outcome {
   std::vector<std::string> mistakes; // rendered, one line each
   std::size_t plugins = 0;
};

[[nodiscard]] Outcome check(const config::LoadRequest &request, bool deep) {
   Outcome outcome;
   auto loaded = config::try_load(request);
   if (loaded.draft) { // as far as it could be read: so that all mistakes are said together
      const auto settings = config::settings_of(*loaded.draft);
      outcome.plugins = settings.plugins.size();
      const auto options = node_options(request, settings, "");
      (void)try_plan(settings, options.context, loaded.mistakes);
      if (deep && loaded.mistakes.empty()) {
         if (const auto provisioned = provision_aside(request, settings); !provisioned) {
            outcome.mistakes.push_back(provisioned.error().message);
         }
      }
   }
   loaded.mistakes.sort();
   for (const auto &mistake : loaded.mistakes.list()) {
      outcome.mistakes.push_back(mistake.render());
   }
   return outcome;
}

} // namespace

int run_check(const Command &self, const Arguments &arguments) {
   options::options_description described("Options");
   add_configuration_options(described);
   described.add_options()("provision", "load and self-test every plugin too; binds nothing")("json", "print JSON");
   const auto parsed = parse(self, arguments, described);
   if (parsed.finished()) {
      return parsed.exit;
   }
   const auto request = load_request(parsed);
   if (!request) {
      return fail(self.name, request.error());
   }
   const auto outcome = check(*request, parsed.has("provision"));
   const bool good = outcome.mistakes.empty();
   if (parsed.has("json")) {
      print_json(
         boost::json::object{{"good", good},
                             {"source", described_source(*request)},
                             {"plugins", outcome.plugins},
                             {"mistakes", boost::json::array(outcome.mistakes.begin(), outcome.mistakes.end())}});
   } else if (good) {
      std::cout << described_source(*request) << " is good: " << outcome.plugins << " plugins"
                << (parsed.has("provision") ? ", all load and pass their self-tests\n" : "\n");
   } else {
      for (const auto &mistake : outcome.mistakes) {
         std::cerr << mistake << '\n';
      }
   }
   return good ? k_exit_ok : static_cast<int>(ErrorKind::configuration);
}

} // namespace nebula::host::cli
