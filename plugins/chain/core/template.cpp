#include "template.h"

#include "apply.h"
#include "coinbase_mold.h"
#include "reward.h"

#include <algorithm>

namespace nebula::chain {
namespace {

/// Room for header, proof and the largest coinbase.
constexpr std::size_t k_reserved_bytes = 2'048;

/// Applies what fits, in order, and returns the fees.
Amount take_transfers(const NetworkParams &network, const TemplateRequest &request, StateView &state,
                      std::vector<TransactionPtr> &out) {
   Amount fees = 0;
   std::size_t room = network.max_block_bytes - k_reserved_bytes;
   for (const TransactionPtr &transfer : request.transfers) {
      const std::size_t size = transfer->raw.size() + 4;
      if (size > room || !apply_transfer(state, *transfer))
         continue;
      room -= size;
      fees += transfer->transfer()->fee;
      out.push_back(transfer);
   }
   return fees;
}

/// The same key until the seed of k_seed_lag blocks ahead is another.
Result<Epoch> upcoming_epoch(const ReadView &view, const AlgorithmParams &algorithm, std::uint64_t height) {
   const std::uint64_t ahead = height + k_seed_lag;
   if (algorithm.epoch == EpochKind::key && seed_height(ahead) >= height)
      return epoch_at(view, algorithm, height);
   return epoch_at(view, algorithm, ahead);
}

Header header_of(const AlgorithmParams &algorithm, const BlockTemplate &base, const Solution &solution) {
   Header out = base.header;
   if (algorithm.mold != MoldId::bitcoin_coinbase)
      out.extranonce = solution.extranonce;
   return out;
}

Bytes witness_of(const AlgorithmParams &algorithm, const BlockTemplate &base, const Solution &solution) {
   if (algorithm.mold != MoldId::bitcoin_coinbase)
      return {};
   const std::uint32_t ntime = solution.ntime != 0 ? solution.ntime : static_cast<std::uint32_t>(base.header.time_s);
   return CoinbaseWitness{solution.extranonce, ntime}.encode();
}

} // namespace

Result<BlockTemplate> make_template(const Chain &chain, const TemplateRequest &request) {
   const NetworkParams &network = chain.network();
   const BlockIndex &parent = chain.tip();
   const std::uint64_t height = parent.height + 1;
   if (request.algorithm->status_at(height) == AlgorithmStatus::removed)
      return invalid("algorithm " + request.algorithm->name + " is not in use at height " + std::to_string(height));
   auto view = chain.store().read();
   if (!view)
      return view.error();
   const StoredAccounts accounts(**view);
   StateView state(accounts, chain.state());

   BlockTemplate out;
   std::vector<TransactionPtr> transfers;
   const Amount fees = take_transfers(network, request, state, transfers);
   const StateSummary &before = chain.state();
   const Amount base = base_reward(network, before.total_supply());
   const Amount bonus =
      std::min(request.bonus, max_bonus(network, before.bonus_released, before.total_supply() + base));
   Coinbase coinbase = coinbase_for(network, before, request.miner, height, fees, bonus);
   state.issue(base, bonus);
   for (const Output &output : coinbase.outputs) {
      if (auto credited = state.credit(output.to, output.amount); !credited)
         return credited.error();
   }
   out.reward = split_reward(base).miner + fees;
   out.transactions.push_back(make_coinbase(network.chain_id, std::move(coinbase)));
   out.transactions.insert(out.transactions.end(), transfers.begin(), transfers.end());

   auto target = expected_target(**view, network, parent, *request.algorithm);
   auto median = median_time(**view, parent);
   auto epoch = epoch_at(**view, *request.algorithm, height);
   auto next = upcoming_epoch(**view, *request.algorithm, height);
   if (!target || !median || !epoch || !next)
      return !target ? target.error() : !median ? median.error() : !epoch ? epoch.error() : next.error();
   out.epoch = *epoch;
   out.next_epoch = *next;
   Header &header = out.header;
   header.algorithm = request.algorithm->id;
   header.chain_id = network.chain_id;
   header.height = height;
   header.time_s = std::max(request.now_s, *median + 1);
   header.previous = parent.id;
   header.merkle_root = merkle_root(out.transactions);
   header.state_root = state.summary().root();
   header.target = *target;
   header.miner = request.miner;
   header.transaction_count = static_cast<std::uint32_t>(out.transactions.size());
   return out;
}

Result<PowInput> search_input(const NetworkParams &network, const BlockTemplate &base, const Solution &solution) {
   const AlgorithmParams &algorithm = *network.algorithm(base.header.algorithm);
   return mold_input(algorithm, header_of(algorithm, base, solution), witness_of(algorithm, base, solution));
}

Result<BlockPtr> solve(const NetworkParams &network, const BlockTemplate &base, const Solution &solution) {
   const AlgorithmParams &algorithm = *network.algorithm(base.header.algorithm);
   auto proof = make_proof(algorithm, solution.nonce, witness_of(algorithm, base, solution));
   if (!proof)
      return proof.error();
   auto out = std::make_shared<Block>();
   out->header = header_of(algorithm, base, solution);
   out->proof = std::move(*proof);
   out->transactions = base.transactions;
   return BlockPtr(std::move(out));
}

} // namespace nebula::chain
