#pragma once

/// How much memory this process may still take.

#include <cstdint>
#include <optional>
#include <string_view>

namespace nebula::randomx {

/// What the system says is available, or what the container's limit leaves, if that is less. 0 when neither is known.
[[nodiscard]] std::uint64_t available_memory_bytes();

/// How much of the system's reserve of 2 MiB pages is free. 0 when it has none or does not say.
[[nodiscard]] std::uint64_t free_huge_page_bytes();

/// The same from a text like /proc/meminfo.
[[nodiscard]] std::uint64_t free_huge_pages_in_meminfo(std::string_view text);

/// MemAvailable of a text like /proc/meminfo.
[[nodiscard]] std::optional<std::uint64_t> available_in_meminfo(std::string_view text);

} // namespace nebula::randomx
