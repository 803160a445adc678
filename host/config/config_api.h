#pragma once

/// nebula.config/1, the view a plugin has of its configuration: the C table over Value.

#include "host/config/value.h"

#include <nebula/ext/config.h>

namespace nebula::host::config {

/// The table with every function but `root`, which knows how a host finds the instance's tree: pass that one in.
[[nodiscard]] neb_ext_config config_table(const neb_config *(*root)(const neb_host *));

/// The tree as a plugin holds it. Valid as long as `value` itself stays where it is.
[[nodiscard]] const neb_config *as_handle(const Value &value);

} // namespace nebula::host::config
