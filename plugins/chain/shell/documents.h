#pragma once

/// What the chain looks like as JSON: for the HTTP API, events, status and commands. Amounts are texts in ZION with six
/// decimals, because a JSON number does not hold them exactly; ids, roots and targets are lower-case hexadecimal.

#include "node.h"

#include <boost/json/object.hpp>

namespace nebula::chain {

[[nodiscard]] boost::json::object status_document(const NetworkParams &network, const Snapshot &snapshot);
[[nodiscard]] boost::json::object mempool_document(Node &node);

/// `index` is the block's; `tip_height` and `main` place it.
[[nodiscard]] boost::json::object block_document(const NetworkParams &network, const Block &block,
                                                 const BlockIndex &index, std::uint64_t tip_height, bool main);
[[nodiscard]] boost::json::object transaction_document(const Transaction &transaction);
[[nodiscard]] boost::json::object account_document(const Address &address, const Node::AccountView &view);

/// The events chain.block and chain.reorg.
[[nodiscard]] boost::json::object block_event(const NetworkParams &network, const Block &block,
                                              const BlockIndex &index);
[[nodiscard]] boost::json::object reorg_event(const NetworkParams &network, const Added &added);

} // namespace nebula::chain
