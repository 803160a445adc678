#pragma once

/// Files that are part of the program, put there by the build from config/ and host/config/.

#include <map>
#include <string>
#include <string_view>

namespace nebula::host::config {

/// config/node.yaml with its comments: what the node runs when there is no node.yaml.
[[nodiscard]] std::string_view embedded_node_yaml();

/// config/profiles/NAME.yaml by NAME.
[[nodiscard]] const std::map<std::string, std::string, std::less<>> &embedded_profiles();

/// host/config/node_schema.json.
[[nodiscard]] std::string_view embedded_node_schema();

} // namespace nebula::host::config
