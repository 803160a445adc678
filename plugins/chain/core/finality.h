#pragma once

/// What no reorganisation can take back. A block is final when it is max_reorg_depth below the tip, or when its undo
/// record is gone: that one stays true when the main chain becomes heavier and shorter.

#include "block_index.h"
#include "store.h"

namespace nebula::chain {

/// Precondition: `block` is in the main chain that ends with `tip`.
[[nodiscard]] Result<bool> is_final(const ReadView &view, const NetworkParams &network, const BlockIndex &block,
                                    std::uint64_t tip_height);

/// The transfers that an account sent in final blocks: a transfer with a lower nonce that is not in the main chain
/// never will be.
[[nodiscard]] Result<std::uint64_t> final_nonce(const ReadView &view, const Address &address);

} // namespace nebula::chain
