#include "host/cli/banner.h"

#include "host/cli/status_text.h"
#include "host/cli/version.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace nebula::host::cli {

std::string banner(Node &node, const std::string &configuration, const std::string &data_dir, bool hot_keys) {
   std::vector<std::vector<std::string>> rows{
      {"node", node.settings().name + " on " + node.settings().network},
      {"configuration", configuration},
      {"data", data_dir},
   };
   for (const auto &listener : node.listeners()) {
      rows.push_back({"listens", listener.address + " (" + listener.instance + ")"});
   }
   std::vector<std::vector<std::string>> plugins;
   for (const auto &instance : node.instances()) {
      const auto alias = instance->name() == instance->plugin() ? "" : " (" + instance->plugin() + ")";
      const auto problem = instance->problem();
      plugins.push_back({instance->name() + alias, instance->planned().manifest.version,
                         problem.empty() ? instance->planned().manifest.summary : "not running: " + problem});
   }
   std::string text = "\nnebula " NEBULA_VERSION "\n" + table(rows, "  ") + "\n" + table(plugins, "  ");
   text += hot_keys ? "\n  keys: h hash rate, p pause, r resume, s results, c connections, w workers, q quit\n\n"
                    : "\n  Ctrl-C stops it; nebula ctl status shows it\n\n";
   return text;
}

} // namespace nebula::host::cli
