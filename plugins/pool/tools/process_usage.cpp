#include "process_usage.h"

#include <nebula/port_owner.hpp>

#include <fstream>
#include <sstream>
#include <string>

#include <unistd.h>

namespace nebula::pool {
namespace {

constexpr std::uint64_t k_ns_per_s = 1'000'000'000;

} // namespace

std::optional<ProcessUsage> usage_of(pid_t process) {
   const std::string folder = "/proc/" + std::to_string(process);
   std::ifstream stat(folder + "/stat");
   std::string line;
   if (!std::getline(stat, line))
      return std::nullopt;
   // The name in parentheses may hold anything; state is the first word after it, utime and stime the 12th and 13th.
   std::istringstream words(line.substr(line.rfind(')') + 1));
   std::string ignored;
   for (int i = 0; i < 11; ++i)
      words >> ignored;
   std::uint64_t user = 0, system = 0;
   if (!(words >> user >> system))
      return std::nullopt;
   ProcessUsage out;
   out.cpu_ns = (user + system) * (k_ns_per_s / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK)));
   std::ifstream status(folder + "/status");
   while (std::getline(status, line)) {
      constexpr std::string_view k_name = "RssAnon:";
      if (line.starts_with(k_name))
         out.memory_bytes = std::stoull(line.substr(k_name.size())) * 1'024;
   }
   return out;
}

std::optional<pid_t> listening_process(std::uint16_t port) {
   const std::string owner = port_owner(port);
   constexpr std::string_view k_before = "(pid ";
   const auto at = owner.rfind(k_before);
   if (at == std::string::npos)
      return std::nullopt;
   return static_cast<pid_t>(std::stol(owner.substr(at + k_before.size())));
}

} // namespace nebula::pool
