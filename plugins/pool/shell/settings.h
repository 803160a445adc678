#pragma once

/// The instance's configuration as values.

#include "core/pool.h"
#include "ledger.h"
#include "server.h"

#include <nebula/config.hpp>

#include <string>
#include <vector>

namespace nebula::pool {

struct PortConfig {
   std::vector<std::string> algorithms; ///< as written; empty: all that the source has
   PortSettings settings;
};

struct Settings {
   std::string work;
   std::uint64_t drain_ns = 3'000'000'000; ///< in which miners are sent away when the pool goes down
   ServerSettings server;
   LedgerSettings ledger;
   PoolSettings pool; ///< without its algorithms and ports
   std::vector<PortConfig> ports;
};

/// Throws NEB_E_CONFIG for what the schema cannot say.
[[nodiscard]] Settings read_settings(const Config &config);

} // namespace nebula::pool
