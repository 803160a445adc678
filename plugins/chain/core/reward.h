#pragma once

/// How much a block creates and who receives it.

#include "params.h"
#include "transaction.h"

namespace nebula::chain {

/// The parts of a base reward. They sum to it exactly: four are rounded down, the miner has the rest.
struct RewardSplit {
   Amount humanitarian = 0; // 10 %
   Amount dev = 0;          // 1 %
   Amount genesis = 0;      // 0.33 %
   Amount admin = 0;        // 1 %
   Amount miner = 0;        // 87.67 % and what rounding left
};
[[nodiscard]] RewardSplit split_reward(Amount base);

/// What a block may create when `supply` exists already: the base reward, or what is left below the maximum.
[[nodiscard]] Amount base_reward(const NetworkParams &network, Amount supply);

/// The most a block may release from the bonus fund when `released` has left it and `supply` exists after the base
/// reward.
[[nodiscard]] Amount max_bonus(const NetworkParams &network, Amount released, Amount supply);

/// The outputs a coinbase must have, in this order, zero amounts left out: humanitarian, dev, genesis, admin, miner
/// (with the fees), bonus fund.
[[nodiscard]] std::vector<Output> coinbase_outputs(const NetworkParams &network, const Address &miner, Amount base,
                                                   Amount fees, Amount bonus);

} // namespace nebula::chain
