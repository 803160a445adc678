#include "memory.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string>

#include "options.h"

namespace nebula::randomx {
namespace {

[[nodiscard]] std::string read(const char *path) {
   std::ifstream file(path);
   return {std::istreambuf_iterator<char>(file), {}};
}

/// The number at the beginning of a text; nothing for "max" and for an absent file.
[[nodiscard]] std::optional<std::uint64_t> number(std::string_view text) {
   std::uint64_t value = 0;
   const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
   return error == std::errc{} ? std::optional(value) : std::nullopt;
}

/// The number of the line that begins with `label`.
[[nodiscard]] std::optional<std::uint64_t> field(std::string_view text, std::string_view label) {
   const auto at = text.find(label);
   if (at == std::string_view::npos)
      return std::nullopt;
   text.remove_prefix(at + label.size());
   text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
   return number(text);
}

} // namespace

std::optional<std::uint64_t> available_in_meminfo(std::string_view text) {
   const auto kib = field(text, "MemAvailable:");
   return kib ? std::optional(*kib * 1024) : std::nullopt;
}

std::uint64_t free_huge_pages_in_meminfo(std::string_view text) {
   // Reserved ones count as free but belong to somebody.
   const std::uint64_t free = field(text, "HugePages_Free:").value_or(0);
   const std::uint64_t reserved = field(text, "HugePages_Rsvd:").value_or(0);
   return (free - std::min(reserved, free)) * field(text, "Hugepagesize:").value_or(0) * 1024;
}

std::uint64_t huge_pages_to_set(bool fast, std::uint64_t threads, std::string_view meminfo) {
   // A thread mines with one machine and validates with another.
   const std::uint64_t bytes =
      k_keys_max * k_cache_bytes + (fast ? k_dataset_bytes : 0) + 2 * threads * k_scratchpad_bytes;
   const std::uint64_t size = field(meminfo, "Hugepagesize:").value_or(2048) * 1024;
   const std::uint64_t total = field(meminfo, "HugePages_Total:").value_or(0);
   const std::uint64_t taken = total - std::min(total, free_huge_pages_in_meminfo(meminfo) / size);
   return taken + (bytes + size - 1) / size;
}

std::uint64_t huge_pages_to_set(bool fast, std::uint64_t threads) {
   return huge_pages_to_set(fast, threads, read("/proc/meminfo"));
}

std::uint64_t free_huge_page_bytes() {
   return free_huge_pages_in_meminfo(read("/proc/meminfo"));
}

std::uint64_t available_memory_bytes() {
   std::uint64_t available = available_in_meminfo(read("/proc/meminfo")).value_or(0);
   // A container sees its own control group here.
   const auto limit = number(read("/sys/fs/cgroup/memory.max"));
   const auto used = number(read("/sys/fs/cgroup/memory.current"));
   if (limit && used)
      available = std::min(available, *limit - std::min(*used, *limit));
   return available;
}

} // namespace nebula::randomx
