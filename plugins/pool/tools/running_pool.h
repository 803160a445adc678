#pragma once

/// Where the pool of the running node can be reached.

#include <nebula/command.hpp>

#include <string>
#include <string_view>

namespace nebula::pool {

/// "127.0.0.1:3333": the first port of the pool `instance` at which `algorithm` can be mined. Throws nebula::Error with
/// what to do when no node runs, it has no such pool, or the pool has no such port.
[[nodiscard]] std::string port_of_running_pool(const CommandIo &io, std::string_view instance,
                                               std::string_view algorithm);

} // namespace nebula::pool
