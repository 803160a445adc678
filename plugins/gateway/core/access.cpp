#include "core/access.h"

#include <algorithm>
#include <optional>

namespace nebula::gateway {

namespace {

// In a time that depends on the lengths only: a token must not be guessable byte by byte.
[[nodiscard]] bool same_secret(std::string_view a, std::string_view b) {
   unsigned different = a.size() == b.size() ? 0 : 1;
   for (std::size_t i = 0; i < a.size(); ++i) {
      different |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b.empty() ? 0 : b[i % b.size()]);
   }
   return different == 0;
}

// What stands behind the scheme, whose name has no case.
[[nodiscard]] std::optional<std::string_view> bearer_token(std::string_view authorization) {
   constexpr std::string_view k_scheme = "bearer ";
   if (authorization.size() < k_scheme.size() ||
       !std::equal(k_scheme.begin(), k_scheme.end(), authorization.begin(), [](char wanted, char c) {
          return wanted == (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
       })) {
      return std::nullopt;
   }
   authorization.remove_prefix(k_scheme.size());
   return authorization.substr(std::min(authorization.find_first_not_of(' '), authorization.size()));
}

[[nodiscard]] bool host_allowed(const AccessRules &rules, std::string_view host_header) {
   const auto host = split_host_port(host_header).host;
   if (is_loopback(host) || host == rules.listen_host) {
      return true;
   }
   if (!rules.loopback && rules.allowed_hosts.empty()) {
      return true;
   }
   return std::find(rules.allowed_hosts.begin(), rules.allowed_hosts.end(), host) != rules.allowed_hosts.end();
}

} // namespace

bool is_loopback(std::string_view host) {
   const bool ipv4 = host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
   return ipv4 || host == "localhost" || host == "::1";
}

HostPort split_host_port(std::string_view address) {
   if (address.starts_with('[')) {
      const auto end = address.find(']');
      const auto rest = end == std::string_view::npos ? std::string_view{} : address.substr(end + 1);
      return {std::string(address.substr(1, end - 1)), std::string(rest.starts_with(':') ? rest.substr(1) : rest)};
   }
   const auto colon = address.rfind(':');
   if (colon == std::string_view::npos) {
      return {std::string(address), ""};
   }
   return {std::string(address.substr(0, colon)), std::string(address.substr(colon + 1))};
}

Access check_access(const AccessRules &rules, std::string_view path, std::string_view host,
                    std::string_view authorization) {
   // Probes of an orchestrator come under any name and without a token; they tell nothing but a status.
   if (path == "/livez" || path == "/readyz") {
      return Access::granted;
   }
   if (!host_allowed(rules, host)) {
      return Access::wrong_host;
   }
   if (rules.token.empty()) {
      return Access::granted;
   }
   const auto token = bearer_token(authorization);
   if (!token) {
      return Access::no_token;
   }
   return same_secret(*token, rules.token) ? Access::granted : Access::wrong_token;
}

} // namespace nebula::gateway
