#include "host/handover/wait.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <poll.h>

namespace nebula::host::handover {

Result<bool> readable(int descriptor, std::chrono::milliseconds patience) {
   const auto until = std::chrono::steady_clock::now() + patience;
   for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
      pollfd polled{descriptor, POLLIN, 0};
      const int got = ::poll(&polled, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
      if (got < 0 && errno == EINTR)
         continue;
      if (got < 0)
         return Error{std::string("hand-over: cannot wait: ") + std::strerror(errno), ErrorKind::io};
      return got > 0;
   }
}

} // namespace nebula::host::handover
