#pragma once

#include "host/cli/command.h"
#include "host/config/load.h"
#include "host/config/settings.h"

#include <optional>
#include <string>

namespace nebula::host::cli {

// Adds --config, --profile, --set and --data, which every command that looks at node.yaml has, and the positional file.
void add_configuration_options(options::options_description &described);

// What those options ask for. Without --config it is ./node.yaml when that exists, else the configuration inside the
// program.
[[nodiscard]] Result<config::LoadRequest> load_request(const Parsed &parsed);

// "node.yaml", or "the embedded configuration".
[[nodiscard]] std::string described_source(const config::LoadRequest &request);

// The folder that relative paths of the configuration start from: that of node.yaml, else the working folder. Absolute.
[[nodiscard]] std::string node_folder(const config::LoadRequest &request);

// Absolute path of `node.data`.
[[nodiscard]] std::string data_folder(const config::LoadRequest &request, const config::Settings &settings);

// The data folder without checking the whole configuration: what `ctl` needs, also while node.yaml is being edited.
// With
// --data nothing is read.
[[nodiscard]] Result<std::string> find_data_folder(const Parsed &parsed);

} // namespace nebula::host::cli
