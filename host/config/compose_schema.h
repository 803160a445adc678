#pragma once

/// One JSON Schema 2020-12 document for a whole node.yaml, with the settings of the plugins at hand, so that editors
/// complete and check it: `nebula config schema > node.schema.json`, and in node.yaml
///
///    # yaml-language-server: $schema=node.schema.json

#include "host/util/result.h"

#include <string>
#include <vector>

namespace nebula::host::config {

struct PluginSchema {
   std::string id;
   std::string summary;
   std::string config_json; // the manifest's `config`; empty: the plugin has no settings
};

/// An entry of `plugins` is one of the known ids, each with its own `config`, or an id not known here. What the host
/// refuses or accepts beyond JSON Schema is written out: unknown keys are refused, whole numbers with a `duration` or
/// `size` format may be text.
[[nodiscard]] Result<std::string> compose_schema(const std::vector<PluginSchema> &plugins);

} // namespace nebula::host::config
