#pragma once

// Who may ask: the bearer token, and the Host header (a web page in the operator's browser can reach loopback under a
// name of its own choosing; it cannot choose the name we accept).

#include <string>
#include <string_view>
#include <vector>

namespace nebula::gateway {

struct AccessRules {
   std::string token; // empty: none is asked for
   bool loopback = true;
   std::string listen_host;
   std::vector<std::string> allowed_hosts;
};

enum class Access { granted, no_token, wrong_token, wrong_host };

// `authorization` and `host` are the headers' values, empty when absent.
[[nodiscard]] Access check_access(const AccessRules &rules, std::string_view path, std::string_view host,
                                  std::string_view authorization);

// "127.0.0.1", "::1", "localhost", and the rest of 127.0.0.0/8.
[[nodiscard]] bool is_loopback(std::string_view host);

// Splits "host:port" or "[v6]:port".
struct HostPort {
   std::string host;
   std::string port;
};
[[nodiscard]] HostPort split_host_port(std::string_view address);

} // namespace nebula::gateway
