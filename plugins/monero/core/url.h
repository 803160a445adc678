#pragma once

/// The address of a daemon as an operator writes it: "http://127.0.0.1:18081".

#include "common/host_port.h"
#include "core/result.h"

namespace nebula::monero {

inline constexpr std::uint16_t k_default_rpc_port = 18081;

struct DaemonUrl : common::HostPort {
   bool tls = false;
   friend bool operator==(const DaemonUrl &, const DaemonUrl &) = default;
};

/// Accepts http or https, a host and an optional port. Refuses user names (there are keys for them) and paths; the
/// error says what would be right and why this is not it.
[[nodiscard]] Result<DaemonUrl> parse_daemon_url(std::string_view text);

} // namespace nebula::monero
