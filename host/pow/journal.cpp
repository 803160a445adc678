#include "host/pow/journal.h"

#include <fstream>

namespace nebula::host {

bool Journal::add(std::string_view line) {
   if (file_.empty())
      return true;
   const std::lock_guard lock(mutex_);
   std::ofstream out(file_, std::ios::app | std::ios::ate | std::ios::binary);
   if (!out || static_cast<std::uint64_t>(out.tellp()) + line.size() > k_bytes_max)
      return false;
   out << line << '\n';
   return static_cast<bool>(out.flush());
}

} // namespace nebula::host
