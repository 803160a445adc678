#pragma once

/// Where to listen, and who connects.

#include "core/net_address.h"

#include <cstdint>
#include <string>

#include <netinet/in.h>
#include <sys/socket.h>

namespace nebula::pool {

union SocketAddress {
   sockaddr any;
   sockaddr_in v4;
   sockaddr_in6 v6;
};

struct Endpoint {
   SocketAddress address{};
   socklen_t size = 0;
   std::uint16_t port = 0;
};

/// "0.0.0.0:3333" or "[::]:3333". Throws NEB_E_CONFIG with what would be right.
[[nodiscard]] Endpoint endpoint_of(const std::string &listen);

[[nodiscard]] NetAddress net_address_of(const SocketAddress &address);

/// The address a socket is bound to, as one connects to it.
[[nodiscard]] std::string bound_to(int descriptor);

} // namespace nebula::pool
