#pragma once

#include "host/cli/configuration.h"
#include "host/plugin/discovery.h"

namespace nebula::host::cli {

// Absolute path of this program.
[[nodiscard]] std::string program_path();

// The plugins this node can find. Without a readable configuration its plugin_path is left out.
[[nodiscard]] Catalogue scan_catalogue(const config::LoadRequest &request, const config::Settings *settings);

// The configuration when it is sound, for commands that can do without.
[[nodiscard]] std::optional<config::Settings> settings_if_sound(const config::LoadRequest &request);

} // namespace nebula::host::cli
