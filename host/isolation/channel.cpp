#include "host/isolation/channel.h"

#include "host/util/clock.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace nebula::host {
namespace {

ssize_t send_some(int channel, std::string_view bytes, int descriptor) {
   iovec part{const_cast<char *>(bytes.data()), bytes.size()};
   msghdr message{};
   message.msg_iov = &part;
   message.msg_iovlen = 1;
   alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
   if (descriptor >= 0) {
      message.msg_control = control;
      message.msg_controllen = sizeof control;
      cmsghdr *head = CMSG_FIRSTHDR(&message);
      head->cmsg_level = SOL_SOCKET;
      head->cmsg_type = SCM_RIGHTS;
      head->cmsg_len = CMSG_LEN(sizeof(int));
      std::memcpy(CMSG_DATA(head), &descriptor, sizeof descriptor);
   }
   return sendmsg(channel, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

} // namespace

bool send_all(int channel, std::string_view bytes, int descriptor, std::uint64_t deadline_ns) {
   const RealClock clock;
   while (!bytes.empty()) {
      const ssize_t sent = send_some(channel, bytes, descriptor);
      if (sent > 0) {
         bytes.remove_prefix(static_cast<std::size_t>(sent));
         descriptor = -1;
         continue;
      }
      if (errno == EINTR)
         continue;
      const std::uint64_t now = clock.monotonic_ns();
      if (errno != EAGAIN || now >= deadline_ns)
         return false;
      pollfd writable{channel, POLLOUT, 0};
      (void)poll(&writable, 1, static_cast<int>(std::min<std::uint64_t>((deadline_ns - now) / 1'000'000 + 1, 100)));
   }
   return true;
}

} // namespace nebula::host
