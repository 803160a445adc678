#pragma once

/// The plugin's configuration, read and checked: only typed values travel inside.

#include "core/daemon_monitor.h"
#include "core/digest_auth.h"
#include "core/url.h"

#include <nebula/config.hpp>

namespace nebula::monero {

inline constexpr std::size_t k_random_reserved_bytes = 8; // so that two nodes never search the same blobs
inline constexpr std::size_t k_extranonce_min = 4;
inline constexpr std::size_t k_extranonce_max = 32; // NEB_WORK_EXTRANONCE_MAX

struct RequestTimeouts {
   TimeMs connect = 2'000;
   TimeMs poll = 5'000; // get_height, get_info, get_block_header_by_hash
   TimeMs block_template = 10'000;
   TimeMs submit = 60'000; // the daemon holds locks while it adds blocks, after a new seed for seconds
};

/// The monero-wallet-rpc that pays.
struct WalletRpc {
   std::optional<DaemonUrl> url; // absent: nothing is paid
   Credentials credentials;
   std::optional<Hash> tls_fingerprint;
   TimeMs timeout = 120'000; // signing waits for the wallet's refresh
   friend bool operator==(const WalletRpc &, const WalletRpc &) = default;
};

struct Settings {
   DaemonUrl url;
   Credentials credentials;
   std::string wallet;
   std::string zmq;                     // address of the daemon's publisher; empty: none
   std::optional<Hash> tls_fingerprint; // SHA-256 of the daemon's certificate
   std::size_t reserve_size = 16;
   std::uint64_t max_major_version = 16;
   MonitorTimes times;
   RequestTimeouts timeouts;
   WalletRpc wallet_rpc;

   /// How many of the reserved bytes the sink owns; the others are random for each start of the node.
   [[nodiscard]] std::size_t extranonce_size() const;
};

/// Throws nebula::Error NEB_E_CONFIG that names the place and what would be right.
[[nodiscard]] Settings read_settings(const Config &config);

/// Whether a running instance can go from one to the other: all but what its templates promised to sinks, and the
/// wallet that pays.
[[nodiscard]] bool can_switch(const Settings &from, const Settings &to);

} // namespace nebula::monero
