#pragma once

/// A plugin's configuration on its way into a runner: the tree with the place of each value, so that the plugin's
/// messages name node.yaml's lines as they do in the host.

#include "host/config/value.h"
#include "host/isolation/wire.h"

namespace nebula::host {

void write_config(WireWriter &out, const config::Value &value);
/// Null when the reader failed.
[[nodiscard]] config::Value read_config(WireReader &in);

} // namespace nebula::host
