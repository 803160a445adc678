#pragma once

/// Which instance needs which, read from the manifests' `requires` and the configuration values they point to.

#include "host/plugin/order.h"

#include <string>
#include <vector>

namespace nebula::host {

struct Need {
   std::size_t seeker = 0;   // indices into the list of instances
   std::size_t provider = 0; //
   bool mandatory = false;
   std::string service;
};

/// All needs, in the order of the list. Mistakes as start_order says, but for cycles.
[[nodiscard]] std::vector<Need> collect_needs(const std::vector<OrderedInstance> &instances, const Catalogue &known,
                                              config::Mistakes &mistakes);

} // namespace nebula::host
