#include "tcp_open.h"

#include <array>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace nebula::common {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// Keepalive finds a peer that vanished while nothing is said, the user timeout one that no longer takes what is sent.
constexpr int k_keepalive_idle_s = 30, k_keepalive_interval_s = 10, k_keepalive_count = 3;
constexpr int k_user_timeout_ms = 20'000;

/// What fails here costs comfort only: answers come a little later, a vanished peer is noticed later.
void tune(tcp::socket &socket) {
   const auto set = [&](int level, int option, int value) {
      (void)setsockopt(socket.native_handle(), level, option, &value, sizeof value);
   };
   set(IPPROTO_TCP, TCP_NODELAY, 1);
   set(SOL_SOCKET, SO_KEEPALIVE, 1);
   set(IPPROTO_TCP, TCP_KEEPIDLE, k_keepalive_idle_s);
   set(IPPROTO_TCP, TCP_KEEPINTVL, k_keepalive_interval_s);
   set(IPPROTO_TCP, TCP_KEEPCNT, k_keepalive_count);
   set(IPPROTO_TCP, TCP_USER_TIMEOUT, k_user_timeout_ms);
}

template <class Endpoints>
void connect(std::shared_ptr<void> owner, tcp::socket &socket, const Endpoints &endpoints,
             std::function<void(std::string)> done) {
   boost::asio::async_connect(
      socket, endpoints,
      [owner = std::move(owner), &socket, done = std::move(done)](const error_code &code, const tcp::endpoint &) {
         if (!code)
            tune(socket);
         done(code ? code.message() : std::string{});
      });
}

} // namespace

void tcp_open(std::shared_ptr<void> owner, tcp::resolver &resolver, tcp::socket &socket, const HostPort &peer,
              std::function<void(std::string)> done) {
   error_code not_an_address;
   const auto address = boost::asio::ip::make_address(peer.host, not_an_address);
   if (!not_an_address) {
      connect(std::move(owner), socket, std::array{tcp::endpoint(address, peer.port)}, std::move(done));
      return;
   }
   resolver.async_resolve(peer.host, std::to_string(peer.port),
                          [owner = std::move(owner), &socket, done = std::move(done)](
                             const error_code &code, const tcp::resolver::results_type &endpoints) {
                             if (code)
                                done("its name cannot be resolved: " + code.message());
                             else
                                connect(owner, socket, endpoints, done);
                          });
}

} // namespace nebula::common
