#include "proxy_header.h"

#include <algorithm>

namespace nebula::pool {
namespace {

constexpr unsigned k_version = 2, k_local = 0, k_proxy = 1;
constexpr unsigned k_tcp4 = 0x11, k_tcp6 = 0x21;
constexpr std::size_t k_tcp4_bytes = 12, k_tcp6_bytes = 36; // two addresses, two ports

ProxyParse refused(const char *why) {
   ProxyParse out;
   out.wrong = why;
   return out;
}

} // namespace

ProxyParse read_proxy_header(std::string_view bytes) {
   const std::string_view signature = bytes.substr(0, k_proxy_signature.size());
   if (!k_proxy_signature.starts_with(signature))
      return refused(bytes.starts_with("PROXY") ? "version 1 of the PROXY protocol is not spoken here; send version 2"
                                                : "this proxy must begin with a PROXY protocol version 2 header");
   ProxyParse out;
   if (bytes.size() < k_proxy_fixed_bytes) {
      out.missing = k_proxy_fixed_bytes - bytes.size();
      return out;
   }
   const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
   const unsigned version = at(12) >> 4u, command = at(12) & 15u, family = at(13);
   const std::size_t length = std::size_t{at(14)} << 8u | at(15), whole = k_proxy_fixed_bytes + length;
   if (version != k_version || command > k_proxy)
      return refused("the PROXY header has a version or a command that is not known");
   if (whole > k_proxy_bytes_max)
      return refused("the PROXY header is too long");
   if (bytes.size() < whole) {
      out.missing = whole - bytes.size();
      return out;
   }
   out.header.emplace();
   if (command == k_local)
      return out;
   const auto *addresses = reinterpret_cast<const std::uint8_t *>(bytes.data()) + k_proxy_fixed_bytes;
   if (family == k_tcp4 && length >= k_tcp4_bytes)
      out.header->source = NetAddress::v4(addresses);
   else if (family == k_tcp6 && length >= k_tcp6_bytes)
      out.header->source = NetAddress::v6(addresses);
   else if (family == k_tcp4 || family == k_tcp6)
      return refused("the PROXY header is shorter than its addresses");
   return out;
}

} // namespace nebula::pool
