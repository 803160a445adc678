#include "host/pow/process_use.h"

#include <sys/resource.h>

#include <fstream>
#include <string>

namespace nebula::host {
namespace {

/// A line of /proc/self/status such as "VmHWM:     14336 kB", in bytes.
std::uint64_t status_bytes(const char *key) {
   std::ifstream in("/proc/self/status");
   std::string word;
   while (in >> word)
      if (std::uint64_t kibibytes = 0; word == key && in >> kibibytes)
         return kibibytes * 1024;
   return 0;
}

} // namespace

std::uint64_t process_cpu_ns() noexcept {
   rusage used{};
   (void)::getrusage(RUSAGE_SELF, &used);
   const auto ns = [](const timeval &time) {
      return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_usec) * 1'000;
   };
   return ns(used.ru_utime) + ns(used.ru_stime);
}

MemoryGrowth::MemoryGrowth() noexcept : before_(status_bytes("VmRSS:")) {
   std::ofstream("/proc/self/clear_refs") << 5; // resets the peak; where that is refused the older peak counts
}

std::uint64_t MemoryGrowth::peak() const noexcept {
   const std::uint64_t peak = status_bytes("VmHWM:");
   return peak > before_ ? peak - before_ : 0;
}

} // namespace nebula::host
