#include "common/memory.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string>

namespace nebula::common {
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

/// Where a container sees its own limit and what it uses: control groups of version 2 and of version 1.
constexpr const char *k_group_files[][2] = {
   {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"},
   {"/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"}};

} // namespace

std::optional<std::uint64_t> available_in_meminfo(std::string_view text) {
   constexpr std::string_view k_label = "MemAvailable:";
   const auto at = text.find(k_label);
   if (at == std::string_view::npos)
      return std::nullopt;
   text.remove_prefix(at + k_label.size());
   text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
   const auto kib = number(text);
   return kib ? std::optional(*kib * 1024) : std::nullopt;
}

std::uint64_t available_memory_bytes() {
   std::uint64_t available = available_in_meminfo(read("/proc/meminfo")).value_or(0);
   for (const auto &[limit_file, used_file] : k_group_files) {
      const auto limit = number(read(limit_file));
      const auto used = number(read(used_file));
      if (limit && used)
         available = std::min(available, *limit - std::min(*used, *limit));
   }
   return available;
}

} // namespace nebula::common
