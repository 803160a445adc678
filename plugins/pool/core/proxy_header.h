#pragma once

/// The header by which a proxy in front of the pool says whom it speaks for: PROXY protocol version 2, section 2.2 of
/// its specification (HAProxy's proxy-protocol.txt).

#include "net_address.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace nebula::pool {

inline constexpr std::string_view k_proxy_signature{"\r\n\r\n\0\r\nQUIT\n", 12};
inline constexpr std::size_t k_proxy_fixed_bytes = 16; ///< signature, version, family, length
/// Addresses and all the additions (TLV) that proxies send fit many times; the specification promises that 536 bytes
/// hold any header.
inline constexpr std::size_t k_proxy_bytes_max = k_proxy_fixed_bytes + 2'048;

struct ProxyHeader {
   /// The miner; nothing: the proxy speaks for itself (a health check), or does not say.
   std::optional<NetAddress> source;
};

struct ProxyParse {
   std::size_t missing = 0;           ///< so many more bytes are to be read before it can go on; 0: it is decided
   std::optional<ProxyHeader> header; ///< or, when decided:
   const char *wrong = nullptr;       ///< why there is none, for people
};

/// `bytes`: what came so far, never more than it asked for.
[[nodiscard]] ProxyParse read_proxy_header(std::string_view bytes);

} // namespace nebula::pool
