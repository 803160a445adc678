#include "log/log.h"

#include <array>

namespace nebula::host {
namespace {
constexpr std::array<std::string_view, 6> k_names = {"trace", "debug", "info", "warn", "error", "off"};
}

std::string_view to_string(LogLevel level) {
   const auto index = static_cast<std::size_t>(level);
   return index < k_names.size() ? k_names[index] : "error";
}

std::optional<LogLevel> log_level_from(std::string_view name) {
   for (std::size_t i = 0; i < k_names.size(); ++i)
      if (k_names[i] == name)
         return static_cast<LogLevel>(i);
   return std::nullopt;
}

} // namespace nebula::host
