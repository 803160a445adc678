#include "host/isolation/runner_link.h"

#include "host/isolation/channel.h"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/uio.h>

namespace nebula::host {

bool RunnerLink::more() {
   char buffer[16 * 1024];
   iovec part{buffer, sizeof buffer};
   alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
   msghdr message{};
   message.msg_iov = &part;
   message.msg_iovlen = 1;
   message.msg_control = control;
   message.msg_controllen = sizeof control;
   ssize_t size = 0;
   do
      size = recvmsg(channel_, &message, MSG_CMSG_CLOEXEC);
   while (size < 0 && errno == EINTR);
   if (size <= 0)
      return false;
   for (cmsghdr *head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head))
      if (head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS) {
         int descriptor = -1;
         std::memcpy(&descriptor, CMSG_DATA(head), sizeof descriptor);
         descriptors_.emplace_back(descriptor);
      }
   stream_.append(buffer, static_cast<std::size_t>(size));
   return true;
}

std::optional<Message> RunnerLink::receive(Descriptor &descriptor) {
   for (;;) {
      bool broken = false;
      if (auto message = unframe(stream_, broken)) {
         const bool brings_one = message->kind == MessageKind::setup || message->kind == MessageKind::open;
         if (brings_one && !descriptors_.empty()) {
            descriptor = std::move(descriptors_.front());
            descriptors_.pop_front();
         }
         return message;
      }
      if (broken || !more())
         return std::nullopt;
   }
}

void RunnerLink::send(const Message &message) {
   const std::lock_guard lock(send_mutex_);
   (void)send_all(channel_, frame(message), -1, UINT64_MAX);
}

} // namespace nebula::host
