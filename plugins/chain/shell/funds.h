#pragma once

/// The wallets behind the node's funds: which addresses receive, and whose keys are here to pay.

#include "payouts.h"
#include "settings.h"

#include <nebula/log.hpp>

namespace nebula::chain {

/// NEB_COIN_FUND_MAIN and NEB_COIN_FUND_BONUS, in this order. `wallet_file`: of the wallet that a development node
/// makes on first use, unencrypted, for worthless coins.
[[nodiscard]] Result<std::vector<Fund>> open_funds(const Settings &settings, const std::string &wallet_file,
                                                   const Log &log);

} // namespace nebula::chain
