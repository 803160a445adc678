#include "common/memory.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

namespace nebula::common {
namespace {

/// The number at the beginning of a text; nothing for "max" and for an absent file.
[[nodiscard]] std::optional<std::uint64_t> number(std::string_view text) {
   std::uint64_t value = 0;
   const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
   return error == std::errc{} ? std::optional(value) : std::nullopt;
}

/// Where a container sees its own limit and what it uses: control groups of version 2 and of version 1.
constexpr const char *k_group_files[][2] = {
   {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"},
   {"/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"}};

} // namespace

std::string read_system_file(const char *path) {
   std::ifstream file(path);
   return {std::istreambuf_iterator<char>(file), {}};
}

std::optional<std::uint64_t> meminfo_number(std::string_view text, std::string_view label) {
   const auto at = text.find(label);
   if (at == std::string_view::npos)
      return std::nullopt;
   text.remove_prefix(at + label.size());
   text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
   return number(text);
}

std::optional<std::uint64_t> available_in_meminfo(std::string_view text) {
   const auto kib = meminfo_number(text, "MemAvailable:");
   return kib ? std::optional(*kib * 1024) : std::nullopt;
}

std::uint64_t available_memory_bytes() {
   std::uint64_t available = available_in_meminfo(read_system_file("/proc/meminfo")).value_or(0);
   for (const auto &[limit_file, used_file] : k_group_files) {
      const auto limit = number(read_system_file(limit_file));
      const auto used = number(read_system_file(used_file));
      if (limit && used)
         available = std::min(available, *limit - std::min(*used, *limit));
   }
   return available;
}

} // namespace nebula::common
