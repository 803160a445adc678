#include "host/handover/peer_process.h"

#include "host/handover/wait.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/syscall.h>

namespace nebula::host::handover {

Result<PeerProcess> PeerProcess::of(const Channel &channel) {
   const int pid = channel.peer();
   if (pid <= 0)
      return Error{"hand-over: the other process runs where this one cannot see it (another container?)",
                   ErrorKind::unavailable};
   Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
   if (!handle.valid())
      return Error{"hand-over: process " + std::to_string(pid) + ": " + std::strerror(errno), ErrorKind::unavailable};
   return PeerProcess(std::move(handle));
}

void PeerProcess::kill() {
   (void)::syscall(SYS_pidfd_send_signal, handle_.get(), SIGKILL, nullptr, 0);
}

bool PeerProcess::ended(std::chrono::milliseconds patience) const {
   const auto over = readable(handle_.get(), patience);
   return over && *over;
}

} // namespace nebula::host::handover
