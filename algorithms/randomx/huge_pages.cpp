#include "huge_pages.h"

#include <algorithm>

#include "common/memory.h"
#include "options.h"

namespace nebula::randomx {

std::uint64_t free_huge_pages_in_meminfo(std::string_view text) {
   // Reserved ones count as free but belong to somebody.
   const std::uint64_t free = common::meminfo_number(text, "HugePages_Free:").value_or(0);
   const std::uint64_t reserved = common::meminfo_number(text, "HugePages_Rsvd:").value_or(0);
   return (free - std::min(reserved, free)) * common::meminfo_number(text, "Hugepagesize:").value_or(0) * 1024;
}

std::uint64_t huge_pages_to_set(bool fast, std::uint64_t threads, std::string_view meminfo) {
   // A thread mines with one machine and validates with another.
   const std::uint64_t bytes =
      k_keys_max * k_cache_bytes + (fast ? k_dataset_bytes : 0) + 2 * threads * k_scratchpad_bytes;
   const std::uint64_t size = common::meminfo_number(meminfo, "Hugepagesize:").value_or(2048) * 1024;
   const std::uint64_t total = common::meminfo_number(meminfo, "HugePages_Total:").value_or(0);
   const std::uint64_t taken = total - std::min(total, free_huge_pages_in_meminfo(meminfo) / size);
   return taken + (bytes + size - 1) / size;
}

std::uint64_t huge_pages_to_set(bool fast, std::uint64_t threads) {
   return huge_pages_to_set(fast, threads, common::read_system_file("/proc/meminfo"));
}

std::uint64_t free_huge_page_bytes() {
   return free_huge_pages_in_meminfo(common::read_system_file("/proc/meminfo"));
}

} // namespace nebula::randomx
