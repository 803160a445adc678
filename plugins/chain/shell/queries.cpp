#include "queries.h"

#include "documents.h"

#include "core/address.h"

#include "common/hex.h"

#include <boost/json/array.hpp>

#include <charconv>

namespace nebula::chain {
namespace {

using boost::json::object;

constexpr std::uint64_t k_recent_blocks = 20;

Result<Hash> parse_hash(std::string_view text, std::string_view what) {
   const auto hash = common::array_from_hex<32>(text);
   if (!hash)
      return invalid("\"" + std::string(text.substr(0, 80)) + "\" is not " + std::string(what) +
                     ": 64 hexadecimal digits");
   return *hash;
}

/// A height has at most 20 digits, an id 64.
Result<Hash> find_block_id(const ReadView &view, std::string_view text) {
   if (text.size() > 20)
      return parse_hash(text, "a block id");
   std::uint64_t height = 0;
   const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), height);
   if (error != std::errc() || end != text.data() + text.size())
      return invalid("\"" + std::string(text) + "\" is neither a block's height nor its id");
   auto id = main_id(view, height);
   if (!id)
      return id.error();
   if (!*id)
      return Error{Fault::missing, "the chain has no block at height " + std::to_string(height)};
   return **id;
}

struct FoundBlock {
   BlockPtr block;
   BlockIndex index;
   bool main = false;
};

Result<FoundBlock> load(const ReadView &view, const NetworkParams &network, const Hash &id) {
   auto index = find_index(view, id);
   if (!index)
      return index.error();
   auto bytes = view.get(Table::blocks, id);
   if (!bytes)
      return bytes.error();
   if (!*index || !*bytes)
      return Error{Fault::missing, "no block " + common::to_hex(id) + " is known here"};
   auto block = need_block(view, network, id);
   if (!block)
      return block.error();
   auto main = in_main_chain(view, **index);
   if (!main)
      return main.error();
   return FoundBlock{std::move(*block), std::move(**index), *main};
}

} // namespace

Result<object> query_block(Node &node, std::string_view id_or_height) {
   auto view = node.store().read();
   if (!view)
      return view.error();
   auto id = find_block_id(**view, id_or_height);
   if (!id)
      return id.error();
   auto found = load(**view, node.network(), *id);
   if (!found)
      return found.error();
   const std::uint64_t tip = std::max(node.snapshot()->tip.height, found->main ? found->index.height : 0);
   return block_document(node.network(), *found->block, found->index, tip, found->main);
}

Result<object> query_recent_blocks(Node &node) {
   auto view = node.store().read();
   if (!view)
      return view.error();
   auto tip = stored_tip(**view);
   if (!tip)
      return tip.error();
   boost::json::array blocks;
   Hash id = tip->value_or(Hash{});
   for (std::uint64_t i = 0; i < k_recent_blocks; ++i) {
      auto found = load(**view, node.network(), id);
      if (!found)
         return found.error();
      blocks.push_back(block_event(node.network(), *found->block, found->index));
      if (found->index.height == 0)
         break;
      id = found->index.previous;
   }
   return object{{"blocks", std::move(blocks)}};
}

Result<object> query_transaction(Node &node, std::string_view text) {
   auto id = parse_hash(text, "a transaction id");
   if (!id)
      return id.error();
   if (const TransactionPtr waiting = node.waiting_transaction(*id)) {
      object out = transaction_document(*waiting);
      out["status"] = "mempool";
      return out;
   }
   auto view = node.store().read();
   if (!view)
      return view.error();
   auto place = find_place(**view, *id);
   if (!place)
      return place.error();
   if (!*place)
      return Error{Fault::missing, "no transaction " + common::to_hex(*id) + " is known here"};
   auto found = load(**view, node.network(), (*place)->block);
   if (!found)
      return found.error();
   object out = transaction_document(*found->block->transactions.at((*place)->position));
   out["status"] = "confirmed";
   out["block"] = common::to_hex(found->index.id);
   out["height"] = found->index.height;
   out["confirmations"] = std::max(node.snapshot()->tip.height, found->index.height) - found->index.height + 1;
   return out;
}

Result<object> query_account(Node &node, std::string_view text) {
   auto address = parse_address(text);
   if (!address)
      return address.error();
   auto account = node.account(*address);
   if (!account)
      return account.error();
   object out = account_document(*address, *account);
   out["chain_id"] = node.network().chain_id;
   out["network"] = node.network().name;
   out["min_fee_per_byte"] = node.mempool_limits().min_fee_per_byte;
   return out;
}

Result<object> send_transaction(Node &node, std::string_view hex, std::uint64_t now_s) {
   if (hex.size() > 2 * k_max_transaction_bytes)
      return invalid("a transaction has at most " + std::to_string(k_max_transaction_bytes) + " bytes");
   const auto raw = common::bytes_from_hex(hex);
   if (!raw)
      return invalid("\"transaction\" must be the transfer's encoding in hexadecimal");
   auto transaction = decode_transaction(*raw, node.network().chain_id);
   if (!transaction)
      return transaction.error();
   if (auto added = node.add_transaction(*transaction, now_s); !added)
      return added.error();
   return object{{"id", common::to_hex((*transaction)->id)}, {"status", "mempool"}};
}

} // namespace nebula::chain
