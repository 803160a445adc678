#pragma once

/// The reserve of huge pages that the system keeps, and how large it should be for RandomX.

#include <cstdint>
#include <string_view>

namespace nebula::randomx {

/// How much of the system's reserve of 2 MiB pages is free. 0 when it has none or does not say.
[[nodiscard]] std::uint64_t free_huge_page_bytes();

/// What vm.nr_hugepages has to be for this plugin: three caches, one dataset if `fast`, and scratchpads for `threads`,
/// beside what others have taken already. (The dataset of the next key, which is there for a short time, makes do with
/// transparent huge pages.)
[[nodiscard]] std::uint64_t huge_pages_to_set(bool fast, std::uint64_t threads);
/// The same from a text like /proc/meminfo.
[[nodiscard]] std::uint64_t huge_pages_to_set(bool fast, std::uint64_t threads, std::string_view meminfo);

/// The free ones from a text like /proc/meminfo.
[[nodiscard]] std::uint64_t free_huge_pages_in_meminfo(std::string_view text);

} // namespace nebula::randomx
