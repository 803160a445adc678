#pragma once

/// Connecting a socket: what both transports begin with.

#include "common/host_port.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <memory>

namespace nebula::common {

/// Connects `socket`, by way of `resolver` unless the host is an address, and calls `done(error)` with the error in
/// words, empty for success. `owner` holds both and is kept alive until then.
void tcp_open(std::shared_ptr<void> owner, boost::asio::ip::tcp::resolver &resolver,
              boost::asio::ip::tcp::socket &socket, const HostPort &peer, std::function<void(std::string)> done);

} // namespace nebula::common
