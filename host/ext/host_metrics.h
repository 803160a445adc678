#pragma once

#include "ext/instance_host.h"

#include <functional>

namespace nebula::host {

/// Calls the function it is given with the services, or not at all when they are gone.
using ServicesGate = std::function<void(const std::function<void(HostServices &)> &)>;

/// Puts the host's own numbers into the registry: executor, bus, process, and the health of every instance.
void add_host_metrics(HostServices &services, ServicesGate gate);

} // namespace nebula::host
