#pragma once

#include "host/cli/command.h"

#include <optional>

namespace nebula::host::cli {

// A command that a plugin adds (svc/command.h): `nebula wallet ...` when some plugin's manifest names "wallet", and
// `nebula bench pool ...` when one names "bench pool". Creates an instance of that plugin without starting it, as the
// manifest says which, and lets it run the command. `name` is the first of the words; with `two_words` only commands
// of two words are looked for. Empty: no plugin has that command.
[[nodiscard]] std::optional<int> run_plugin_command(const std::string &name, const Arguments &arguments,
                                                    bool two_words = false);

// Name and summary of every command that the plugins at hand add, for the program's help.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> plugin_commands();

} // namespace nebula::host::cli
