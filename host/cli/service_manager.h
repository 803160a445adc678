#pragma once

#include <chrono>
#include <string_view>

namespace nebula::host::cli {

// Tells systemd (or who else set NOTIFY_SOCKET) how the node is doing: "READY=1", "STOPPING=1", "STATUS=...",
// "WATCHDOG=1". Does nothing without one.
void notify_service_manager(std::string_view state);

// How often the service manager wants "WATCHDOG=1": half of WATCHDOG_USEC; zero when it does not.
[[nodiscard]] std::chrono::microseconds watchdog_interval();

} // namespace nebula::host::cli
