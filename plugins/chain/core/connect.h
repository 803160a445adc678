#pragma once

/// Moving the main chain by one block inside a write transaction. The caller commits.

#include "tables.h"

namespace nebula::chain {

/// Applies the block on top of the current main chain: state, undo record, heights, transaction places, tip. `state` is
/// the summary before and, on success, after. Any other fault than storage: the block is invalid, and the batch must be
/// dropped.
[[nodiscard]] Result<void> connect_block(WriteBatch &batch, const NetworkParams &network, const Block &block,
                                         BlockIndex index, StateSummary &state);

/// Takes the tip block off again; `state` becomes the summary before it.
[[nodiscard]] Result<void> disconnect_block(WriteBatch &batch, const Block &block, const BlockIndex &index,
                                            StateSummary &state);

/// Forgets what can no longer be reorganised: undo records and side blocks more than `max_reorg_depth` below the tip.
[[nodiscard]] Result<void> prune(WriteBatch &batch, const NetworkParams &network, std::uint64_t tip_height);

} // namespace nebula::chain
