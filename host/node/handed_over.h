#pragma once

#include "host/util/descriptor.h"

#include <string>
#include <vector>

namespace nebula::host {

/// What one instance gave for its successor (nebula.handover/1).
struct HandedOver {
   std::string instance, plugin;
   std::string state;
   std::vector<Descriptor> descriptors;
};

} // namespace nebula::host
