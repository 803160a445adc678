#pragma once

#include "host/node/node.h"

#include <string>

namespace nebula::host::cli {

// What an operator wants to see at the start: the node, its data folder, every plugin with its backend, every listener.
[[nodiscard]] std::string banner(Node &node, const std::string &configuration, const std::string &data_dir,
                                 bool hot_keys);

} // namespace nebula::host::cli
