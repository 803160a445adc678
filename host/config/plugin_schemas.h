#pragma once

/// The second half of checking: each plugin's `config` against the schema in that plugin's manifest, once the host has
/// found the plugins. load() leaves `config` as it was written.

#include "host/config/mistake.h"
#include "host/config/schema.h"
#include "host/config/settings.h"
#include "host/config/value.h"

#include <functional>
#include <string>

namespace nebula::host::config {

/// The schema of a plugin id (parse_schema(..., Unlisted::refused)); nullptr when the plugin has none or is not there.
using SchemaOf = std::function<const Schema *(const std::string &plugin_id)>;

/// `plugin.config` checked and completed; messages are about "plugins[3].config...".
[[nodiscard]] Value validate_plugin_config(const PluginSettings &plugin, const Schema &schema, Mistakes &mistakes);

/// The whole tree of a Loaded with every plugin's `config` checked and completed: what `config show` prints.
[[nodiscard]] Value complete_plugins(const Value &root, const SchemaOf &schema_of, Mistakes &mistakes);

} // namespace nebula::host::config
