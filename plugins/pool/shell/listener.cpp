#include "listener.h"

#include "endpoint.h"

#include <nebula/error.hpp>
#include <nebula/port_owner.hpp>

#include <cerrno>
#include <cstring>
#include <utility>

#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace nebula::pool {
namespace {

/// Connections that wait to be accepted. A storm of reconnecting miners takes 0.2 to 0.6 s with this many and 1.5 to 3
/// s with 128.
constexpr int k_backlog = 4'096;
constexpr int k_accepts_per_turn = 64;
/// The kernel's part of what a miner did not read yet; else it would fill first, with megabytes.
constexpr int k_kernel_send_bytes = 32'768;
/// Dead peers are noticed by the kernel: silence of a living one is no reason to close.
constexpr int k_keepalive_idle_s = 60, k_keepalive_interval_s = 15, k_keepalive_count = 4;
constexpr int k_unacknowledged_ms = 120'000;
constexpr unsigned k_quiet_ticks = 10;

void set(int descriptor, int level, int option, int value) {
   (void)setsockopt(descriptor, level, option, &value, sizeof value);
}

/// Linux gives what is set here to the connections that are accepted: one system call for all of them.
void tune(int descriptor) {
   set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
   set(descriptor, SOL_SOCKET, SO_SNDBUF, k_kernel_send_bytes);
   set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
   set(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
   set(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, k_keepalive_idle_s);
   set(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, k_keepalive_interval_s);
   set(descriptor, IPPROTO_TCP, TCP_KEEPCNT, k_keepalive_count);
   set(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, k_unacknowledged_ms);
}

int bind_to(const std::string &listen) {
   const Endpoint endpoint = endpoint_of(listen);
   const int descriptor = socket(endpoint.address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
   if (descriptor < 0)
      throw Error(NEB_E_IO, "cannot listen on ", listen, ": ", std::strerror(errno));
   tune(descriptor);
   if (bind(descriptor, &endpoint.address.any, endpoint.size) != 0 || ::listen(descriptor, k_backlog) != 0) {
      const int failed = errno;
      close(descriptor);
      const std::string owner = failed == EADDRINUSE ? port_owner(endpoint.port) : std::string();
      throw Error(NEB_E_IO, "cannot listen on ", listen, ": ", std::strerror(failed),
                  owner.empty() ? "" : ", it is held by ", owner, "; stop that, or give the port another `listen`");
   }
   return descriptor;
}

} // namespace

Listener::Listener(Loop &loop, Log log, const std::string &listen, Accepted accepted)
   : Listener(loop, log, bind_to(listen), std::move(accepted)) {}

Listener::Listener(Loop &loop, Log log, int descriptor, Accepted accepted)
   : loop_(loop), log_(log), accepted_(std::move(accepted)), descriptor_(descriptor), address_(bound_to(descriptor_)) {}

Listener::~Listener() {
   rest();
   if (descriptor_ >= 0)
      close(descriptor_);
}

void Listener::wake() {
   if (!awake_)
      loop_.watch(descriptor_, EPOLLIN, this);
   awake_ = true;
   paused_ = false;
}

void Listener::rest() {
   if (awake_)
      loop_.forget(descriptor_, this);
   awake_ = false;
}

int Listener::release() {
   rest();
   return std::exchange(descriptor_, -1);
}

void Listener::ready(std::uint32_t) {
   for (int i = 0; i < k_accepts_per_turn; ++i) {
      SocketAddress address{};
      socklen_t size = sizeof address;
      const int descriptor = accept4(descriptor_, &address.any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (descriptor >= 0) {
         accepted_(descriptor, net_address_of(address));
         continue;
      }
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
         pause(errno);
      if (errno != ECONNABORTED && errno != EINTR)
         return;
   }
}

/// Without descriptors the waiting connection would wake the loop for ever.
void Listener::pause(int why) {
   if (quiet_ticks_ == 0) {
      quiet_ticks_ = k_quiet_ticks;
      log_.warn("cannot accept a connection on ", address_, ": ", std::strerror(why),
                "; raise the limit of open files (ulimit -n, LimitNOFILE=)");
   }
   loop_.change(descriptor_, 0, this);
   paused_ = true;
}

void Listener::tick() {
   if (quiet_ticks_ > 0)
      --quiet_ticks_;
   if (paused_ && awake_)
      loop_.change(descriptor_, EPOLLIN, this);
   paused_ = false;
}

} // namespace nebula::pool
