#pragma once

/// The Merkle tree over the transactions of a block, as CryptoNote shapes it.
///
/// n = 1: the entry itself. n = 2: the hash of both. n >= 3: with c the largest power of two strictly below n, the
/// first 2c-n entries stay, the others are hashed in pairs, and the resulting c entries are halved until one is left.

#include "core/bytes.h"

namespace nebula::monero {

/// The root over `leaves`. Precondition: at least one leaf.
[[nodiscard]] Hash tree_root(std::span<const Hash> leaves);

/// What leaf 0 meets on its way up when the other leaves are `others` (leaf 1 first): always the right-hand operand.
[[nodiscard]] std::vector<Hash> tree_branch(std::span<const Hash> others);

/// The root that follows from leaf 0 and its branch.
[[nodiscard]] Hash root_from_branch(const Hash &leaf, std::span<const Hash> branch);

} // namespace nebula::monero
