#pragma once

/// Single values laid over the files: NEBULA__A__B=value from .env and the environment, a.b=value from the command
/// line.
///
/// A value is read like an unquoted YAML value, or, when it begins with [ or {, as a list or map. Where the schema
/// wants text, it is the text as written. Environment names do not know case, '-' or '.':
/// NEBULA__PLUGINS__MONERO_MINER__CONFIG__THREADS=2 sets `config.threads` of the plugin instance `monero-miner`.

#include "host/config/env_file.h"
#include "host/config/mistake.h"
#include "host/config/sources.h"
#include "host/config/value.h"

#include <string>
#include <vector>

namespace nebula::host::config {

/// A value set on the command line.
struct Override {
   std::string path;    // "node.data", "plugins.miner.config.threads"
   std::string value;   // as typed
   std::string spelled; // how messages name it; empty: "--set PATH"
};

[[nodiscard]] Value apply_environment(const Value &root, const Variables &environment, Mistakes &mistakes);
[[nodiscard]] Value apply_env_file(const Value &root, const std::vector<EnvLine> &lines, Mistakes &mistakes);
[[nodiscard]] Value apply_overrides(const Value &root, const std::vector<Override> &overrides, Mistakes &mistakes);

} // namespace nebula::host::config
