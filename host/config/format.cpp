#include "host/config/format.h"

#include "host/config/units.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace nebula::host::config {

namespace {

bool is_hex(char c) {
   return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_alnum(char c) {
   return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool port_in(std::string_view text, unsigned lowest) {
   unsigned port = 0;
   const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
   return problem == std::errc{} && end == text.data() + text.size() && port >= lowest && port <= 65535;
}

/// A name, an IPv4 address, or an IPv6 address in brackets. The resolver has the last word.
bool host_fits(std::string_view host) {
   if (host.starts_with('[')) {
      const std::string_view inside = host.substr(1, host.size() - 2);
      return host.ends_with(']') && inside.size() >= 2 && inside.find(':') != std::string_view::npos &&
             std::all_of(inside.begin(), inside.end(), [](char c) { return is_hex(c) || c == ':' || c == '.'; });
   }
   return !host.empty() && host.size() <= 253 && host.front() != '-' && host.front() != '.' &&
          std::all_of(host.begin(), host.end(), [](char c) { return is_alnum(c) || c == '-' || c == '.' || c == '_'; });
}

std::string tcp_problem(std::string_view text, unsigned lowest_port) {
   const std::string range = lowest_port == 0 ? "0-65535" : "1-65535";
   const std::size_t colon = text.rfind(':');
   if (text.find("://") != std::string_view::npos)
      return "is not a TCP address (write host:port without " + std::string(text.substr(0, text.find("://") + 3)) + ")";
   if (colon == std::string_view::npos)
      return "is not a TCP address (write host:port, such as 127.0.0.1:3333)";
   const std::string_view host = text.substr(0, colon);
   if (host.find(':') != std::string_view::npos && !host.starts_with('['))
      return "is not a TCP address (write an IPv6 address in brackets: [::1]:3333)";
   if (host.empty())
      return "is not a TCP address (the host is missing: 127.0.0.1 for this machine only, 0.0.0.0 for every interface)";
   if (!host_fits(host))
      return "is not a TCP address (\"" + std::string(host) + "\" is no host name)";
   if (!port_in(text.substr(colon + 1), lowest_port))
      return "is not a TCP address (port must be " + range + ")";
   return {};
}

std::string url_problem(std::string_view text) {
   const std::size_t mark = text.find("://");
   const std::string_view scheme = text.substr(0, mark);
   if (mark == std::string_view::npos || scheme.empty() || !std::all_of(scheme.begin(), scheme.end(), [](char c) {
          return is_alnum(c) || c == '+' || c == '-' || c == '.';
       }))
      return "is not a URL (write scheme://host, such as http://127.0.0.1:18081)";
   if (text.find_first_of(" \t\r\n") != std::string_view::npos)
      return "is not a URL (it holds a space)";
   std::string_view authority = text.substr(mark + 3);
   authority = authority.substr(0, authority.find_first_of("/?#"));
   if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos)
      authority.remove_prefix(at + 1);
   const std::size_t colon = authority.rfind(':');
   const bool has_port = colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
   if (!host_fits(has_port ? authority.substr(0, colon) : authority))
      return "is not a URL (the host after :// is missing or malformed)";
   if (has_port && !port_in(authority.substr(colon + 1), 1))
      return "is not a URL (port must be 1-65535)";
   return {};
}

std::string sha256_problem(std::string_view text) {
   if (text.size() == 64 && std::all_of(text.begin(), text.end(), is_hex))
      return {};
   return "is not a SHA-256 (64 hexadecimal digits" +
          (text.size() == 64 ? std::string() : "; this has " + std::to_string(text.size()) + " characters") + ")";
}

std::string path_problem(std::string_view text) {
   if (text.empty())
      return "is not a path (it is empty)";
   if (text.find('\0') != std::string_view::npos || text.size() > 4095)
      return "is not a path (at most 4095 bytes, no zero byte)";
   return {};
}

} // namespace

std::string format_problem(std::string_view format, std::string_view text) {
   if (format == "tcp-address")
      return tcp_problem(text, 1);
   if (format == "tcp-listen")
      return tcp_problem(text, 0);
   if (format == "url")
      return url_problem(text);
   if (format == "sha256")
      return sha256_problem(text);
   if (format == "path")
      return path_problem(text);
   if (format == "duration" && !parse_duration(text))
      return "is not a duration (write 250ms, 30s, 5m or 1h30m; a bare number is seconds)";
   if (format == "size" && !parse_size(text))
      return "is not a size (write 512B, 64KiB, 1MiB or 2GiB; a bare number is bytes)";
   return {};
}

const std::vector<std::string> &checked_formats() {
   static const std::vector<std::string> formats{"tcp-address", "tcp-listen", "url", "duration",
                                                 "size",        "sha256",     "path"};
   return formats;
}

bool is_known_format(std::string_view format) {
   constexpr std::array<std::string_view, 12> k_standard{"date-time", "date",  "time",          "email",
                                                         "hostname",  "ipv4",  "ipv6",          "uri",
                                                         "uuid",      "regex", "uri-reference", "json-pointer"};
   const auto &own = checked_formats();
   return std::find(own.begin(), own.end(), format) != own.end() ||
          std::find(k_standard.begin(), k_standard.end(), format) != k_standard.end();
}

} // namespace nebula::host::config
