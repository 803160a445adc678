#include "host/handover/channel.h"

#include "host/ctl/socket_address.h"
#include "host/handover/wait.h"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/stat.h>

namespace nebula::host::handover {
namespace {

/// The other one reads as fast as it can, or is stuck.
constexpr timeval k_send_patience = {30, 0};

struct alignas(cmsghdr) Ancillary {
   char bytes[CMSG_SPACE(k_packet_descriptors_max * sizeof(int))];
};

Error failed(const std::string &what) {
   return {"hand-over: " + what + ": " + std::strerror(errno), ErrorKind::io};
}

std::vector<Descriptor> descriptors_of(msghdr &message) {
   std::vector<Descriptor> out;
   for (cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
      if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
         continue;
      const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (std::size_t i = 0; i < count; ++i) {
         int number = -1;
         std::memcpy(&number, CMSG_DATA(header) + i * sizeof number, sizeof number);
         out.emplace_back(number);
      }
   }
   return out;
}

} // namespace

Result<void> Channel::send(PacketType type, std::string_view bytes, std::span<const Descriptor> descriptors) {
   char first = static_cast<char>(type);
   iovec parts[2] = {{&first, 1}, {const_cast<char *>(bytes.data()), bytes.size()}};
   msghdr message{};
   message.msg_iov = parts;
   message.msg_iovlen = 2;
   Ancillary ancillary{};
   if (!descriptors.empty()) {
      message.msg_control = ancillary.bytes;
      message.msg_controllen = CMSG_SPACE(descriptors.size() * sizeof(int));
      cmsghdr *header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
      for (std::size_t i = 0; i < descriptors.size(); ++i) {
         const int number = descriptors[i].get();
         std::memcpy(CMSG_DATA(header) + i * sizeof number, &number, sizeof number);
      }
   }
   ssize_t sent = 0;
   do
      sent = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL);
   while (sent < 0 && errno == EINTR);
   if (sent < 0)
      return failed("the other process does not read");
   return {};
}

Result<Packet> Channel::receive(std::chrono::milliseconds patience) {
   const auto ready = readable(socket_.get(), patience);
   if (!ready)
      return ready.error();
   if (!*ready)
      return Error{"hand-over: the other process says nothing", ErrorKind::temporary};
   char first = 0;
   Packet packet;
   packet.bytes.resize(k_packet_bytes_max);
   iovec parts[2] = {{&first, 1}, {packet.bytes.data(), packet.bytes.size()}};
   Ancillary ancillary{};
   msghdr message{};
   message.msg_iov = parts;
   message.msg_iovlen = 2;
   message.msg_control = ancillary.bytes;
   message.msg_controllen = sizeof ancillary.bytes;
   ssize_t got = 0;
   do
      got = ::recvmsg(socket_.get(), &message, MSG_CMSG_CLOEXEC);
   while (got < 0 && errno == EINTR);
   if (got > 0)
      packet.descriptors = descriptors_of(message);
   if (got <= 0)
      return Error{"hand-over: the other process is gone", ErrorKind::unavailable};
   if (message.msg_flags & MSG_CTRUNC)
      return Error{"hand-over: this process may not open as many files as the other; raise the limit of open files "
                   "(ulimit -n, LimitNOFILE=)",
                   ErrorKind::unavailable};
   if (message.msg_flags & MSG_TRUNC)
      return Error{"hand-over: a packet of the other process is too long", ErrorKind::unavailable};
   packet.type = static_cast<PacketType>(first);
   packet.bytes.resize(static_cast<std::size_t>(got) - 1);
   return Result<Packet>(std::move(packet));
}

void Channel::stop_receiving() {
   (void)::shutdown(socket_.get(), SHUT_RD);
}

int Channel::peer() const {
   ucred who{};
   socklen_t size = sizeof who;
   return ::getsockopt(socket_.get(), SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 ? who.pid : 0;
}

bool Channel::same_user() const {
   ucred who{};
   socklen_t size = sizeof who;
   return ::getsockopt(socket_.get(), SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 && who.uid == ::geteuid();
}

Result<Meeting> Meeting::at(const std::string &path) {
   auto address = ctl::SocketAddress::of(path);
   if (!address)
      return address.error();
   Descriptor listener(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
   ::unlink(path.c_str());
   const auto before = ::umask(0177); // the socket is born 0600
   const int bound = listener.valid() ? ::bind(listener.get(), address->get(), address->size()) : -1;
   ::umask(before);
   if (bound != 0 || ::listen(listener.get(), 1) != 0)
      return failed("cannot wait at " + path);
   return Meeting(std::move(listener), path);
}

Meeting::~Meeting() {
   if (listener_.valid())
      ::unlink(path_.c_str());
}

Result<Channel> Meeting::wait(std::chrono::milliseconds patience) {
   const auto ready = readable(listener_.get(), patience);
   if (!ready)
      return ready.error();
   if (!*ready)
      return Error{"hand-over: the running node does not come to " + path_, ErrorKind::temporary};
   Descriptor socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
   if (!socket.valid())
      return failed("cannot meet the running node");
   Channel channel(std::move(socket));
   if (!channel.same_user())
      return Error{"hand-over: a process of another user came to " + path_, ErrorKind::unavailable};
   return Result<Channel>(std::move(channel));
}

Result<Channel> meet(const std::string &path) {
   auto address = ctl::SocketAddress::of(path);
   if (!address)
      return address.error();
   Descriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
   if (!socket.valid() || ::connect(socket.get(), address->get(), address->size()) != 0)
      return failed("nobody waits at " + path);
   (void)::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &k_send_patience, sizeof k_send_patience);
   Channel channel(std::move(socket));
   if (!channel.same_user())
      return Error{"hand-over: " + path + " belongs to another user", ErrorKind::unavailable};
   return Result<Channel>(std::move(channel));
}

} // namespace nebula::host::handover
