#include "endpoint.h"

#include <nebula/error.hpp>

#include <charconv>

#include <arpa/inet.h>

namespace nebula::pool {

Endpoint endpoint_of(const std::string &listen) {
   const auto colon = listen.rfind(':');
   std::string host = listen.substr(0, colon);
   Endpoint out;
   const char *port = colon == std::string::npos ? "" : listen.c_str() + colon + 1;
   const char *end = listen.c_str() + listen.size();
   const auto [rest, wrong] = std::from_chars(port, end, out.port);
   if (colon == std::string::npos || wrong != std::errc{} || rest != end)
      throw Error(NEB_E_CONFIG, "listen: \"", listen,
                  "\" is not a TCP address: write 0.0.0.0:3333, with a port from 0 to 65535");
   if (host.size() > 2 && host.front() == '[' && host.back() == ']')
      host = host.substr(1, host.size() - 2);
   if (host == "localhost")
      host = "127.0.0.1";
   if (inet_pton(AF_INET, host.c_str(), &out.address.v4.sin_addr) == 1) {
      out.address.v4.sin_family = AF_INET;
      out.address.v4.sin_port = htons(out.port);
      out.size = sizeof out.address.v4;
   } else if (inet_pton(AF_INET6, host.c_str(), &out.address.v6.sin6_addr) == 1) {
      out.address.v6.sin6_family = AF_INET6;
      out.address.v6.sin6_port = htons(out.port);
      out.size = sizeof out.address.v6;
   } else {
      throw Error(NEB_E_CONFIG, "listen: \"", listen, "\": ", host,
                  " is not an IP address; use 0.0.0.0 for all of IPv4");
   }
   return out;
}

NetAddress net_address_of(const SocketAddress &address) {
   if (address.any.sa_family == AF_INET)
      return NetAddress::v4(reinterpret_cast<const std::uint8_t *>(&address.v4.sin_addr.s_addr));
   return NetAddress::v6(address.v6.sin6_addr.s6_addr);
}

std::string bound_to(int descriptor) {
   SocketAddress address{};
   socklen_t size = sizeof address;
   if (getsockname(descriptor, &address.any, &size) != 0)
      return {};
   const bool v4 = address.any.sa_family == AF_INET;
   const std::string host = net_address_of(address).text();
   return (v4 ? host : "[" + host + "]") + ":" + std::to_string(ntohs(v4 ? address.v4.sin_port : address.v6.sin6_port));
}

} // namespace nebula::pool
