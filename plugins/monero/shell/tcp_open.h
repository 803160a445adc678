#pragma once

/// Resolving a daemon's name and connecting a socket to it: what both transports begin with.

#include "core/url.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>

namespace nebula::monero {

/// Calls `done(error)` with the error in words, empty for success. `owner` is kept alive until then.
template <class Done>
void tcp_open(std::shared_ptr<void> owner, boost::asio::ip::tcp::resolver &resolver,
              boost::asio::ip::tcp::socket &socket, const DaemonUrl &url, Done done) {
   using boost::system::error_code;
   resolver.async_resolve(
      url.host, std::to_string(url.port),
      [owner, &socket, done = std::move(done)](const error_code &resolved, const auto &endpoints) mutable {
         if (resolved) {
            done("its name cannot be resolved: " + resolved.message());
            return;
         }
         boost::asio::async_connect(
            socket, endpoints,
            [owner, &socket, done = std::move(done)](const error_code &connected, const auto & /*endpoint*/) mutable {
               if (connected) {
                  done(connected.message());
                  return;
               }
               error_code ignored;
               (void)socket.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
               done(std::string{});
            });
      });
}

} // namespace nebula::monero
