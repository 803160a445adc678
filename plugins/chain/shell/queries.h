#pragma once

/// Questions by text, as they come from the HTTP API and from commands, answered with documents.

#include "node.h"

#include <boost/json/object.hpp>

namespace nebula::chain {

/// By id (64 hexadecimal digits) or by height in the main chain.
[[nodiscard]] Result<boost::json::object> query_block(Node &node, std::string_view id_or_height);
/// The last blocks of the main chain, newest first, without their transactions.
[[nodiscard]] Result<boost::json::object> query_recent_blocks(Node &node);
/// In the main chain or in the mempool.
[[nodiscard]] Result<boost::json::object> query_transaction(Node &node, std::string_view id);
[[nodiscard]] Result<boost::json::object> query_account(Node &node, std::string_view address);
/// Takes a transfer in hexadecimal into the mempool.
[[nodiscard]] Result<boost::json::object> send_transaction(Node &node, std::string_view hex, std::uint64_t now_s);

} // namespace nebula::chain
