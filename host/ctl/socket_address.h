#pragma once

#include "host/util/result.h"

#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace nebula::host::ctl {

// A Unix socket's address. The kernel allows 107 bytes; a longer path is reached through /proc/self/fd of its folder.
class SocketAddress {
public:
   [[nodiscard]] static Result<SocketAddress> of(const std::string &path) {
      SocketAddress result;
      std::string name = path;
      if (name.size() >= sizeof result.address_.sun_path) {
         const auto slash = path.rfind('/');
         const auto folder = slash == std::string::npos ? "." : path.substr(0, slash);
         result.folder_ = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
         if (result.folder_ < 0) {
            return Error{path + ": " + std::strerror(errno), ErrorKind::io};
         }
         name = "/proc/self/fd/" + std::to_string(result.folder_) + path.substr(slash);
      }
      result.address_.sun_family = AF_UNIX;
      std::memcpy(result.address_.sun_path, name.c_str(), name.size() + 1);
      return result;
   }

   SocketAddress(SocketAddress &&other) noexcept
      : address_(other.address_), folder_(std::exchange(other.folder_, -1)) {}
   SocketAddress &operator=(SocketAddress &&) = delete;
   ~SocketAddress() {
      if (folder_ >= 0) {
         ::close(folder_);
      }
   }

   [[nodiscard]] const sockaddr *get() const { return reinterpret_cast<const sockaddr *>(&address_); }
   [[nodiscard]] socklen_t size() const { return sizeof address_; }

private:
   SocketAddress() = default;
   sockaddr_un address_{};
   int folder_ = -1;
};

} // namespace nebula::host::ctl
