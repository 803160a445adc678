#pragma once

#include "host/validate/host_view.h"

namespace nebula::host::validation {

/// A host that watches every call (contract_watch.h) and passes it on.
[[nodiscard]] HostView &strict_host();

} // namespace nebula::host::validation
