#pragma once

/// In which order instances start, from their manifests and configurations alone: a provider before those who require
/// it. All mistakes are reported together, before any library is opened.

#include "host/config/mistake.h"
#include "host/config/value.h"
#include "host/plugin/discovery.h"
#include "host/plugin/manifest.h"
#include "host/util/result.h"

#include <string>
#include <vector>

namespace nebula::host {

/// One instance of node.yaml, as ordering sees it. `manifest` is borrowed; nullptr for an optional instance whose file
/// cannot be used: others may name it, and nothing is ordered after it.
struct OrderedInstance {
   std::string name; // `as`, else the plugin's id
   std::string path; // "plugins[3]", for messages
   const Manifest *manifest = nullptr;
   config::Value config;  // of the instance, defaults applied
   config::Origin origin; // of its entry in node.yaml
};

struct StartOrder {
   std::vector<std::size_t> order;                  // indices into the list given; stop is the reverse
   std::vector<std::vector<std::size_t>> providers; // of each instance: the instances it was ordered after
};

/// Ordered after node.yaml where nothing else decides. Names are unique (config::check_instances saw to that).
/// Mistakes: a required service that nobody provides (with the known plugins that would), an instance_from that names
/// an unknown instance or one without the service, and a cycle of requirements. An optional requirement that would
/// close a cycle orders nothing.
[[nodiscard]] StartOrder start_order(const std::vector<OrderedInstance> &instances, const Catalogue &known,
                                     config::Mistakes &mistakes);

/// Every instance that was ordered after one of `changed`, directly or not; sorted.
[[nodiscard]] std::vector<std::size_t> dependants(const StartOrder &order, const std::vector<std::size_t> &changed);

} // namespace nebula::host
