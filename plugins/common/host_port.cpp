#include "host_port.h"

#include <algorithm>
#include <charconv>

namespace nebula::common {
namespace {

constexpr std::size_t k_name_bytes_max = 253; // of a name in DNS

bool plain_host_character(char c) {
   return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
          c == '_';
}

bool bracket_character(char c) {
   return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == ':' || c == '.';
}

} // namespace

std::string HostPort::authority() const {
   const bool bracketed = host.find(':') != std::string::npos;
   return (bracketed ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

std::optional<HostPort> parse_host_port(std::string_view text, std::uint16_t default_port, const char *&why) {
   const auto wrong = [&](const char *reason) {
      why = reason;
      return std::nullopt;
   };
   HostPort out;
   out.port = default_port;
   const bool bracketed = text.starts_with('[');
   const std::size_t host_end = bracketed ? text.find(']') : text.find(':');
   if (bracketed && host_end == std::string_view::npos)
      return wrong("the bracket is never closed");
   out.host = bracketed ? text.substr(1, host_end - 1) : text.substr(0, host_end);
   if (!std::ranges::all_of(out.host, bracketed ? bracket_character : plain_host_character))
      return wrong("its host has a character no host has");
   if (out.host.empty() || out.host.size() > k_name_bytes_max)
      return wrong("its host is empty or too long");
   const std::string_view port =
      host_end == std::string_view::npos ? std::string_view{} : text.substr(host_end + (bracketed ? 1 : 0));
   if (port.empty()) {
      if (default_port == 0)
         return wrong("it has no port");
      return out;
   }
   const auto [end, code] = std::from_chars(port.data() + 1, port.data() + port.size(), out.port);
   if (port[0] != ':' || code != std::errc{} || end != port.data() + port.size() || out.port == 0)
      return wrong("its port is not a number from 1 to 65535");
   return out;
}

} // namespace nebula::common
