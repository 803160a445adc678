#pragma once

/// One service that an instance provides, as the host keeps it.

#include "host/slots/properties.h"

#include <cstdint>
#include <string>

namespace nebula::host {

struct Provided {
   std::string id;              // the contract: "nebula.work.source/1"
   std::string name;            // among its kind; the instance's name unless the plugin gave another
   std::string instance;        // who provides it
   std::string plugin;          // the plugin's id
   Properties properties;       // the plugin's, and name=, plugin=, instance=
   const void *table = nullptr; // the host's completed copy; never freed while the process lives
   std::uint64_t order = 0;     // place of the instance in node.yaml: earlier ones win a draw
};

} // namespace nebula::host
