#pragma once

/// The real files and variables of this machine, for LoadRequest. The only part of the engine that looks outside.

#include "host/config/sources.h"

namespace nebula::host::config {

/// At most k_max_file_bytes + 1 are read, so a device or a wrong huge file cannot fill the memory.
[[nodiscard]] Result<std::string> read_system_file(const std::string &path);

[[nodiscard]] Variables system_environment();

} // namespace nebula::host::config
