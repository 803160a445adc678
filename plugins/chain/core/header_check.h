#pragma once

/// The rules a block must follow before anybody computes its state.

#include "pow_check.h"
#include "tables.h"

namespace nebula::chain {

/// What depends on nothing but the block: size, counts, exactly one coinbase and in the first place, merkle root.
[[nodiscard]] Result<void> check_block_form(const NetworkParams &network, const Block &block);

/// The target the next block of `algorithm` after `parent` must have.
[[nodiscard]] Result<U256> expected_target(const ReadView &view, const NetworkParams &network, const BlockIndex &parent,
                                           const AlgorithmParams &algorithm);

/// The median time of the last k_median_blocks up to and including `index`; a child must be later.
[[nodiscard]] Result<std::uint64_t> median_time(const ReadView &view, const BlockIndex &index);

/// The epoch of a block at `height` of the main chain or of a branch within the reorganisation depth.
[[nodiscard]] Result<Epoch> epoch_at(const ReadView &view, const AlgorithmParams &algorithm, std::uint64_t height);

/// What depends on the ancestors and the clock: height, algorithm and its schedule, time, target.
[[nodiscard]] Result<void> check_header_place(const ReadView &view, const NetworkParams &network,
                                              const BlockIndex &parent, const Header &header, std::uint64_t now_s);

/// The entry of the network's genesis block.
[[nodiscard]] BlockIndex genesis_index(const NetworkParams &network, const Block &genesis);

/// The entry of a checked block.
[[nodiscard]] BlockIndex make_index(const NetworkParams &network, const BlockIndex &parent, const Block &block);

} // namespace nebula::chain
