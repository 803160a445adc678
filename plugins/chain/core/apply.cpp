#include "apply.h"

#include "reward.h"

#include <algorithm>

namespace nebula::chain {
namespace {

Result<void> pay(StateView &state, const std::vector<Output> &outputs) {
   for (const Output &output : outputs) {
      if (auto credited = state.credit(output.to, output.amount); !credited)
         return credited.error();
   }
   return {};
}

Result<void> apply_coinbase(const NetworkParams &network, StateView &state, const Block &block, Amount fees) {
   const Coinbase &coinbase = *block.transactions.front()->coinbase();
   const StateSummary before = state.counters();
   const Amount base = base_reward(network, before.total_supply());
   if (coinbase.bonus > max_bonus(network, before.bonus_released, before.total_supply() + base))
      return invalid("the coinbase releases more than the bonus fund allows");
   const Coinbase right = coinbase_for(network, before, block.header.miner, block.header.height, fees, coinbase.bonus);
   if (coinbase.height != right.height)
      return invalid("the coinbase names height " + std::to_string(coinbase.height) + " in block " +
                     std::to_string(right.height));
   if (coinbase.outputs != right.outputs)
      return invalid("the coinbase does not pay exactly the reward, its fees and shares");
   state.issue(base, coinbase.bonus);
   return pay(state, coinbase.outputs);
}

} // namespace

Coinbase coinbase_for(const NetworkParams &network, const StateSummary &before, const Address &miner,
                      std::uint64_t height, Amount fees, Amount bonus) {
   const Amount base = base_reward(network, before.total_supply());
   return {height, bonus, coinbase_outputs(network, miner, base, fees, bonus), {}};
}

Result<void> apply_transfer(StateView &state, const Transaction &transaction) {
   const Transfer &transfer = *transaction.transfer();
   auto sender = state.account(transaction.sender);
   if (!sender)
      return sender.error();
   if (transfer.nonce != sender->nonce)
      return Error{transfer.nonce < sender->nonce ? Fault::too_late : Fault::invalid,
                   "the transfer has nonce " + std::to_string(transfer.nonce) + ", the sender's next is " +
                      std::to_string(sender->nonce)};
   if (auto debited = state.debit(transaction.sender, transfer.total()); !debited)
      return debited.error();
   return pay(state, transfer.outputs);
}

Result<void> apply_block(const NetworkParams &network, StateView &state, const Block &block) {
   Amount fees = 0;
   for (std::size_t i = 1; i < block.transactions.size(); ++i) {
      if (auto applied = apply_transfer(state, *block.transactions[i]); !applied) {
         const Fault fault = applied.error().fault == Fault::storage ? Fault::storage : Fault::invalid;
         return Error{fault, "transaction " + std::to_string(i) + ": " + applied.error().text};
      }
      fees += block.transactions[i]->transfer()->fee;
   }
   if (auto applied = apply_coinbase(network, state, block, fees); !applied)
      return applied.error();
   if (state.summary().root() != block.header.state_root)
      return invalid("the state root is not the one that follows from the block's transactions");
   return {};
}

Result<void> apply_genesis(StateView &state, const Block &genesis) {
   const std::vector<Output> &outputs = genesis.transactions.front()->coinbase()->outputs;
   Amount premine = 0;
   for (const Output &output : outputs)
      premine += output.amount;
   state.issue(premine, 0);
   return pay(state, outputs);
}

} // namespace nebula::chain
