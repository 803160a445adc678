#pragma once

/// How much memory this process may still take.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nebula::common {

/// What the system says is available, or what a control group's limit leaves, if that is less. 0 when neither is known.
[[nodiscard]] std::uint64_t available_memory_bytes();

/// MemAvailable of a text like /proc/meminfo, in bytes.
[[nodiscard]] std::optional<std::uint64_t> available_in_meminfo(std::string_view text);

/// The number on the line of a text like /proc/meminfo that begins with `label` ("HugePages_Free:"), as it stands
/// there.
[[nodiscard]] std::optional<std::uint64_t> meminfo_number(std::string_view text, std::string_view label);

/// A whole file of /proc or /sys; empty when it cannot be read.
[[nodiscard]] std::string read_system_file(const char *path);

} // namespace nebula::common
