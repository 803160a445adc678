#pragma once

/// What a block's transactions do to the state.

#include "block.h"
#include "state.h"

namespace nebula::chain {

/// Applies one transfer: the nonce is the sender's next, the balance covers amounts and fee. Leaves the view as it was
/// on failure. The fee is not credited here.
[[nodiscard]] Result<void> apply_transfer(StateView &state, const Transaction &transaction);

/// Applies all of a block, coinbase included, and checks the state root. Precondition: the block passed
/// check_block_form.
[[nodiscard]] Result<void> apply_block(const NetworkParams &network, StateView &state, const Block &block);

/// Credits what the genesis block's coinbase says.
[[nodiscard]] Result<void> apply_genesis(StateView &state, const Block &genesis);

/// The coinbase that follows from the state after a block's transfers.
[[nodiscard]] Coinbase coinbase_for(const NetworkParams &network, const StateSummary &before, const Address &miner,
                                    std::uint64_t height, Amount fees, Amount bonus);

} // namespace nebula::chain
