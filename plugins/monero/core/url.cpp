#include "core/url.h"

#include <charconv>

namespace nebula::monero {

namespace {

// The refusal repeats nothing of the text: it may hold a password.
Error wrong(std::string_view why) {
   return {"an address like http://127.0.0.1:18081 or https://host:18081; " + std::string(why), Fault::refused};
}

bool plain_host_character(char c) {
   return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
          c == '_';
}

bool bracket_character(char c) {
   return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == ':' || c == '.';
}

} // namespace

std::string DaemonUrl::authority() const {
   const bool bracketed = host.find(':') != std::string::npos;
   return (bracketed ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

Result<DaemonUrl> parse_daemon_url(std::string_view text) {
   DaemonUrl url;
   if (text.starts_with("https://"))
      url.tls = true;
   else if (!text.starts_with("http://"))
      return wrong("it begins with neither http:// nor https://");
   std::string_view rest = text.substr(url.tls ? 8 : 7);
   if (rest.ends_with('/'))
      rest.remove_suffix(1);
   if (rest.find('@') != std::string_view::npos)
      return wrong("it holds a user name, which belongs into the keys user and password");
   if (rest.find('/') != std::string_view::npos)
      return wrong("it has a path");
   const bool bracketed = rest.starts_with('[');
   const std::size_t host_end = bracketed ? rest.find(']') : rest.find(':');
   if (bracketed && host_end == std::string_view::npos)
      return wrong("the bracket is never closed");
   url.host = bracketed ? rest.substr(1, host_end - 1) : rest.substr(0, host_end);
   for (const char c : url.host)
      if (!(bracketed ? bracket_character(c) : plain_host_character(c)))
         return wrong("its host has a character no host has");
   if (url.host.empty() || url.host.size() > 253)
      return wrong("its host is empty or too long");
   const std::string_view port =
      host_end == std::string_view::npos ? std::string_view{} : rest.substr(host_end + (bracketed ? 1 : 0));
   if (port.empty())
      return url;
   const auto [end, code] = std::from_chars(port.data() + 1, port.data() + port.size(), url.port);
   if (port[0] != ':' || code != std::errc{} || end != port.data() + port.size() || url.port == 0)
      return wrong("its port is not a number from 1 to 65535");
   return url;
}

} // namespace nebula::monero
