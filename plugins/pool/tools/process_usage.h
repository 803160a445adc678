#pragma once

/// What a process of this machine has used, by /proc.

#include <cstdint>
#include <optional>

#include <sys/types.h>

namespace nebula::pool {

struct ProcessUsage {
   std::uint64_t cpu_ns = 0;
   std::uint64_t memory_bytes = 0; ///< resident and its own: no file, nothing shared
};

[[nodiscard]] std::optional<ProcessUsage> usage_of(pid_t process);

/// Of the process that listens on a port of this machine; empty when that cannot be seen.
[[nodiscard]] std::optional<pid_t> listening_process(std::uint16_t port);

} // namespace nebula::pool
