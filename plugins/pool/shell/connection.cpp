#include "connection.h"

#include <cerrno>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace nebula::pool {
namespace {

/// Of a system call that returned nothing.
Io why(ssize_t count, Io wait) {
   return count < 0 && (errno == EAGAIN || errno == EINTR) ? wait : Io::over;
}

} // namespace

Connection::Connection(Attendant &attendant, Loop &loop, int descriptor, ConnectionId number, std::uint8_t at,
                       const NetAddress &from)
   : attendant_(attendant), loop_(loop), descriptor_(descriptor), id(number), address(from), port(at) {}

Connection::~Connection() {
   if (tls)
      tls->close();
   rest();
   if (descriptor_ >= 0)
      ::close(descriptor_);
}

void Connection::wake() {
   if (!awake_)
      loop_.watch(descriptor_, events(), this);
   awake_ = true;
}

void Connection::rest() {
   if (awake_)
      loop_.forget(descriptor_, this);
   awake_ = false;
}

int Connection::release() {
   rest();
   return std::exchange(descriptor_, -1);
}

Io Connection::peek(char *to) const {
   const ssize_t count = recv(descriptor_, to, 1, MSG_PEEK);
   return count > 0 ? Io::some : why(count, Io::wait_to_read);
}

Transfer Connection::receive(char *to, std::size_t size) {
   if (tls)
      return tls->read(to, size);
   const ssize_t count = recv(descriptor_, to, size, 0);
   if (count > 0)
      return {Io::some, static_cast<std::size_t>(count)};
   return {why(count, Io::wait_to_read), 0};
}

Io Connection::send() {
   std::size_t sent = 0;
   Io io = Io::some;
   while (sent < unsent.size() && io == Io::some) {
      const char *from = unsent.data() + sent;
      const std::size_t left = unsent.size() - sent;
      if (tls) {
         const Transfer transfer = tls->write(from, left);
         io = transfer.io;
         sent += transfer.bytes;
         continue;
      }
      const ssize_t count = ::send(descriptor_, from, left, MSG_NOSIGNAL);
      if (count > 0)
         sent += static_cast<std::size_t>(count);
      else if (!(count < 0 && errno == EINTR))
         io = why(count, Io::wait_to_write);
   }
   if (sent == unsent.size())
      common::release(unsent); // most connections are idle
   else
      unsent.erase(0, sent);
   return io;
}

void Connection::await(bool write) {
   if (write == waits_to_write)
      return;
   waits_to_write = write;
   ask_again();
}

void Connection::ask_again() {
   if (awake_)
      loop_.change(descriptor_, events(), this);
}

/// Told once of what arrives: told as long as it is there, the system would look at each socket twice. TLS reads a
/// record at a time and does not say whether the socket is empty.
std::uint32_t Connection::events() const {
   const std::uint32_t out = waits_to_write ? EPOLLIN | EPOLLOUT : EPOLLIN;
   return tls ? out : out | EPOLLRDHUP | EPOLLET;
}

} // namespace nebula::pool
