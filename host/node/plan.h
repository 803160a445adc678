#pragma once

/// What a configuration asks for, worked out before anything of it happens: the file of each instance, its manifest,
/// its configuration checked against the manifest's schema, and the order of start. No library is opened.

#include "host/config/mistake.h"
#include "host/config/settings.h"
#include "host/plugin/discovery.h"
#include "host/plugin/image.h"
#include "host/plugin/order.h"
#include "host/util/result.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nebula::host {

/// Where plugins may be found, besides what node.yaml says.
struct PlanContext {
   std::string node_folder;          // of node.yaml, absolute; relative paths of the file start here
   std::string program;              // the path of the running program
   std::string plugin_path_variable; // NEBULA_PLUGIN_PATH
};

struct PlannedInstance {
   config::PluginSettings settings;
   std::optional<Image> image; // empty: see problem
   Manifest manifest;
   std::uint32_t index = 0;    // in the file
   config::Value config;       // complete
   bool backends_only = false; // isolated, and another instance of the plugin provides the algorithms
   std::string problem;        // why an instance with required: false cannot be loaded

   [[nodiscard]] const std::string &name() const noexcept { return settings.instance; }
};

struct Plan {
   config::Settings settings;
   std::vector<PlannedInstance> instances; // in file order
   StartOrder order;
};

/// Every mistake is reported, not only the first.
[[nodiscard]] Result<Plan> make_plan(const config::Settings &settings, const PlanContext &context);

/// The same, with the mistakes as a list; the plan is usable when it stays empty.
[[nodiscard]] Plan try_plan(const config::Settings &settings, const PlanContext &context, config::Mistakes &mistakes);

/// Where `context` and the settings look for plugins.
[[nodiscard]] SearchPath search_path(const config::Settings &settings, const PlanContext &context);

} // namespace nebula::host
