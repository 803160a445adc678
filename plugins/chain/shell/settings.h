#pragma once

/// The instance's configuration as the chain uses it.

#include "core/mempool.h"
#include "core/params.h"

#include <nebula/config.hpp>

#include <optional>

namespace nebula::chain {

/// Whose money this node may pay out.
struct Payer {
   std::string keystore; // of the address that block rewards go to
   std::string password;
   std::string bonus_keystore; // of the network's bonus fund
   std::string bonus_password;
   Amount fee_per_byte = 1;
};

struct Settings {
   NetworkParams network;        // with admitted algorithms
   std::optional<Address> miner; // absent: the payer's, or the wallet that a development node makes
   Amount bonus = 0;             // wanted from the bonus fund per block
   std::uint64_t template_refresh_s = 30;
   MempoolLimits mempool;
   Payer payer;
};

/// Throws nebula::Error with NEB_E_CONFIG and the place of the mistake. `node_network` is node.network of node.yaml.
[[nodiscard]] Settings read_settings(const Config &config, std::string_view node_network);

} // namespace nebula::chain
