#include "host/cli/service_manager.h"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace nebula::host::cli {

void notify_service_manager(std::string_view state) {
   const char *name = std::getenv("NOTIFY_SOCKET");
   sockaddr_un to{};
   const auto length = name ? std::strlen(name) : 0;
   if (length == 0 || length >= sizeof to.sun_path) {
      return;
   }
   to.sun_family = AF_UNIX;
   std::memcpy(to.sun_path, name, length);
   if (to.sun_path[0] == '@') {
      to.sun_path[0] = '\0'; // the abstract namespace
   }
   const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
   if (fd < 0) {
      return;
   }
   ::sendto(fd, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr *>(&to),
            static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length));
   ::close(fd);
}

std::chrono::microseconds watchdog_interval() {
   const char *text = std::getenv("WATCHDOG_USEC");
   long long microseconds = 0;
   if (text) {
      std::from_chars(text, text + std::strlen(text), microseconds);
   }
   return std::chrono::microseconds(microseconds > 0 ? microseconds / 2 : 0);
}

} // namespace nebula::host::cli
