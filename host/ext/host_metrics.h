#pragma once

#include "ext/instance_host.h"

namespace nebula::host {

/// Puts the host's own numbers into the registry: executor, bus, process, and the health of every instance.
void add_host_metrics(HostServices &services);

} // namespace nebula::host
