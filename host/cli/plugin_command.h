#pragma once

#include "host/cli/command.h"

#include <optional>

namespace nebula::host::cli {

// A command that a plugin adds (svc/command.h): `nebula wallet ...` when some plugin's manifest names "wallet". Creates
// the configured instance of that plugin without starting it, and lets it run the command. Empty: no plugin has that
// command.
[[nodiscard]] std::optional<int> run_plugin_command(const std::string &name, const Arguments &arguments);

// "name  summary" of every command that the plugins at hand add, for the program's help.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> plugin_commands();

} // namespace nebula::host::cli
