#pragma once

/// How much memory this process may still take.

#include <cstdint>
#include <optional>
#include <string_view>

namespace nebula::common {

/// What the system says is available, or what a control group's limit leaves, if that is less. 0 when neither is known.
[[nodiscard]] std::uint64_t available_memory_bytes();

/// MemAvailable of a text like /proc/meminfo.
[[nodiscard]] std::optional<std::uint64_t> available_in_meminfo(std::string_view text);

} // namespace nebula::common
