#include "host/ctl/client.h"

#include "host/ctl/socket_address.h"

#include <nebula/text.hpp>

#include <cerrno>
#include <poll.h>
#include <utility>

namespace nebula::host::ctl {

namespace {

using Clock = std::chrono::steady_clock;

struct Descriptor {
   int fd;
   ~Descriptor() { ::close(fd); }
};

// Waits for `events` until the deadline.
[[nodiscard]] bool ready(int fd, short events, Clock::time_point deadline) {
   for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
      if (left <= 0) {
         return false;
      }
      pollfd polled{fd, events, 0};
      const int got = ::poll(&polled, 1, static_cast<int>(left));
      if (got > 0) {
         return true;
      }
      if (got < 0 && errno != EINTR) {
         return false;
      }
   }
}

} // namespace

Result<boost::json::value> call(const std::string &path, const std::string &method, const boost::json::object &params,
                                std::chrono::milliseconds timeout) {
   const auto deadline = Clock::now() + timeout;
   const auto line = to_line({1, method, params});
   if (!is_utf8(line)) {
      return Error{"what is asked of a node must be UTF-8 text", ErrorKind::usage};
   }
   auto address = SocketAddress::of(path);
   if (!address) {
      return Error{"no node runs here: there is no " + path, ErrorKind::unavailable};
   }
   const Descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
   if (socket.fd < 0 || ::connect(socket.fd, address->get(), address->size()) != 0) {
      const int why = errno;
      if (why == EACCES || why == EPERM) {
         return Error{path + ": not permitted; run this as the user the node runs as", ErrorKind::unavailable};
      }
      return Error{"no node runs here: nothing answers at " + path, ErrorKind::unavailable};
   }
   for (std::size_t sent = 0; sent < line.size();) {
      if (!ready(socket.fd, POLLOUT, deadline)) {
         return Error{path + ": the node does not read its requests", ErrorKind::temporary};
      }
      const auto n = ::send(socket.fd, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
      if (n < 0 && errno != EINTR) {
         return Error{path + ": the node closed the connection", ErrorKind::temporary};
      }
      sent += n > 0 ? static_cast<std::size_t>(n) : 0;
   }
   std::string answer;
   char buffer[16384];
   while (answer.find('\n') == std::string::npos) {
      if (!ready(socket.fd, POLLIN, deadline)) {
         return Error{path + ": the node did not answer in time", ErrorKind::temporary};
      }
      const auto n = ::read(socket.fd, buffer, sizeof buffer);
      if (n == 0 || (n < 0 && errno != EINTR)) {
         return Error{path + ": the node closed the connection before it answered", ErrorKind::temporary};
      }
      answer.append(buffer, n > 0 ? static_cast<std::size_t>(n) : 0);
      if (answer.size() > k_line_bytes_max) {
         return Error{path + ": the answer is longer than " + std::to_string(k_line_bytes_max) + " bytes",
                      ErrorKind::internal};
      }
   }
   answer.resize(answer.find('\n'));
   return parse_answer(answer, 1);
}

} // namespace nebula::host::ctl
