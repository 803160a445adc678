#include "documents.h"

#include "core/address.h"
#include "core/amount.h"
#include "core/difficulty.h"

#include "common/hex.h"

#include <boost/json/array.hpp>

#include <algorithm>

namespace nebula::chain {
namespace {

using boost::json::array;
using boost::json::object;
using common::to_hex;

constexpr std::size_t k_mempool_listed = 100;

std::string algorithm_name(const NetworkParams &network, std::uint16_t id) {
   const AlgorithmParams *algorithm = network.algorithm(id);
   return algorithm == nullptr ? "none" : algorithm->name;
}

/// A memo is anyone's bytes: printable ASCII is shown as text too.
void put_memo(object &out, const Bytes &memo) {
   if (memo.empty())
      return;
   out["memo_hex"] = to_hex(memo);
   if (std::ranges::all_of(memo, [](std::uint8_t byte) { return byte >= 0x20 && byte < 0x7F; }))
      out["memo"] = common::as_text(memo);
}

array outputs_of(const std::vector<Output> &outputs) {
   array out;
   for (const Output &one : outputs)
      out.push_back(object{{"address", to_text(one.to)}, {"amount", to_text_zion(one.amount)}});
   return out;
}

} // namespace

object status_document(const NetworkParams &network, const Snapshot &snapshot) {
   array algorithms;
   for (const Snapshot::Algorithm &one : snapshot.algorithms)
      algorithms.push_back(object{{"name", one.name},
                                  {"status", to_text(one.status)},
                                  {"difficulty", one.difficulty},
                                  {"available", one.available}});
   const BlockIndex &tip = snapshot.tip;
   return {{"summary",
            "height " + std::to_string(tip.height) + ", " + std::to_string(snapshot.mempool_count) + " in the mempool"},
           {"network", network.name},
           {"chain_id", network.chain_id},
           {"height", tip.height},
           {"tip", to_hex(tip.id)},
           {"tip_time", tip.time_s},
           {"total_work", tip.total_work.to_decimal()},
           {"state_root", to_hex(snapshot.state.root())},
           {"accounts", snapshot.state.account_count},
           {"supply", to_text_zion(snapshot.state.total_supply())},
           {"algorithms", std::move(algorithms)},
           {"mempool", object{{"transactions", snapshot.mempool_count}, {"bytes", snapshot.mempool_bytes}}}};
}

object mempool_document(Node &node) {
   const auto waiting = node.waiting_transactions(k_mempool_listed);
   array listed;
   for (const TransactionPtr &one : waiting)
      listed.push_back(transaction_document(*one));
   const auto snapshot = node.snapshot();
   return {{"transactions", snapshot->mempool_count},
           {"bytes", snapshot->mempool_bytes},
           {"max_bytes", node.mempool_limits().max_bytes},
           {"min_fee_per_byte", node.mempool_limits().min_fee_per_byte},
           {"listed", std::move(listed)}};
}

object block_document(const NetworkParams &network, const Block &block, const BlockIndex &index,
                      std::uint64_t tip_height, bool main) {
   const Header &header = block.header;
   array transactions;
   for (const TransactionPtr &one : block.transactions)
      transactions.push_back(transaction_document(*one));
   object out = block_event(network, block, index);
   out["main_chain"] = main;
   out["confirmations"] = main ? tip_height - header.height + 1 : 0;
   out["target"] = to_hex(header.target.to_big_endian());
   out["total_work"] = index.total_work.to_decimal();
   out["merkle_root"] = to_hex(header.merkle_root);
   out["state_root"] = to_hex(header.state_root);
   out["commitment"] = to_hex(commitment(header));
   out["extranonce"] = to_hex(header.extranonce);
   out["nonce"] = block.proof.nonce;
   out["bytes"] = encoded_size(block);
   out["transactions"] = std::move(transactions);
   return out;
}

object transaction_document(const Transaction &transaction) {
   object out{{"id", to_hex(transaction.id)}, {"bytes", transaction.raw.size()}};
   if (const Coinbase *coinbase = transaction.coinbase()) {
      out["type"] = "coinbase";
      out["bonus"] = to_text_zion(coinbase->bonus);
      out["outputs"] = outputs_of(coinbase->outputs);
      put_memo(out, coinbase->memo);
      return out;
   }
   const Transfer &transfer = *transaction.transfer();
   out["type"] = "transfer";
   out["sender"] = to_text(transaction.sender);
   out["nonce"] = transfer.nonce;
   out["fee"] = to_text_zion(transfer.fee);
   out["outputs"] = outputs_of(transfer.outputs);
   put_memo(out, transfer.memo);
   return out;
}

object account_document(const Address &address, const Node::AccountView &view) {
   return {{"address", to_text(address)},
           {"balance", to_text_zion(view.account.balance)},
           {"nonce", view.account.nonce},
           {"next_nonce", view.next_nonce}};
}

object block_event(const NetworkParams &network, const Block &block, const BlockIndex &index) {
   const Header &header = block.header;
   const Coinbase &coinbase = *block.transactions.front()->coinbase();
   Amount reward = 0;
   for (const Output &one : coinbase.outputs)
      reward += one.amount;
   return {{"network", network.name},
           {"height", header.height},
           {"id", to_hex(index.id)},
           {"previous", to_hex(header.previous)},
           {"time", header.time_s},
           {"algorithm", algorithm_name(network, header.algorithm)},
           {"difficulty", difficulty_of(header.target)},
           {"miner", to_text(header.miner)},
           {"reward", to_text_zion(reward)},
           {"transaction_count", header.transaction_count}};
}

object reorg_event(const NetworkParams &network, const Added &added) {
   array disconnected;
   array connected;
   for (const BlockPtr &one : added.disconnected)
      disconnected.push_back(boost::json::value(to_hex(block_id(one->header, one->proof))));
   for (const BlockPtr &one : added.connected)
      connected.push_back(boost::json::value(to_hex(block_id(one->header, one->proof))));
   return {
      {"network", network.name},       {"depth", added.disconnected.size()},      {"height", added.index.height},
      {"tip", to_hex(added.index.id)}, {"disconnected", std::move(disconnected)}, {"connected", std::move(connected)}};
}

} // namespace nebula::chain
