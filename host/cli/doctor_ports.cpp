#include "host/cli/doctor.h"

#include <nebula/port_owner.hpp>

#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <sys/socket.h>
#include <unistd.h>

namespace nebula::host::cli {

Finding check_port(const std::string &address) {
   using Level = Finding::Level;
   const std::string subject = "port " + address;
   const auto colon = address.rfind(':');
   sockaddr_in to{};
   to.sin_family = AF_INET;
   std::uint16_t port = 0;
   if (colon == std::string::npos ||
       std::from_chars(address.data() + colon + 1, address.data() + address.size(), port).ec != std::errc{} ||
       ::inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr) != 1) {
      return {Level::note, subject, "not looked at", "only IPv4 addresses are tried here"};
   }
   to.sin_port = htons(port);
   const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
   const int one = 1;
   ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
   const int bound = ::bind(fd, reinterpret_cast<const sockaddr *>(&to), sizeof to);
   const int why = errno;
   ::close(fd);
   if (bound == 0) {
      return {Level::good, subject, "free", ""};
   }
   if (why == EADDRINUSE) {
      const auto owner = port_owner(port);
      return {Level::note, subject, "in use" + (owner.empty() ? "" : " by " + owner),
              "if that is not this node already running: stop it, or give the plugin another `listen`"};
   }
   return {Level::bad, subject, std::strerror(why),
           why == EACCES ? "ports below 1024 need a right of their own: choose a higher one"
                         : "choose an address of this machine"};
}

} // namespace nebula::host::cli
