#pragma once

#include <cstdint>
#include <string>

namespace nebula::host::cli {

// "name (pid 4711)" of the process that listens on a TCP port of this machine, or empty when that cannot be seen.
[[nodiscard]] std::string port_owner(std::uint16_t port);

} // namespace nebula::host::cli
