#include "accounts.h"

// From the records that say what happened - blocks' splits and batches' payments - to what wallets have: both must come
// to the same, to the atomic unit, for each wallet.

namespace nebula::pool::accounts {
namespace {

constexpr std::size_t k_faults_shown = 10;

std::string text_of(const Money &money) {
   return std::to_string(money.main) + " + " + std::to_string(money.bonus);
}

} // namespace

Audit Accounts::audit() const {
   Audit out;
   const auto fault = [&](std::string text) {
      if (out.faults.size() < k_faults_shown)
         out.faults.push_back(std::move(text));
   };
   std::vector<Money> credited(wallets_.size()), paying(wallets_.size()), paid(wallets_.size());
   const auto store = store_.read();
   store->range(Table::blocks, {}, false, [&](ByteView, ByteView value) {
      const Block block = decode<Block>(value);
      ++out.blocks;
      if (block.state != BlockState::mature || block.folded)
         return true;
      const auto bytes = store->get(Table::splits, key_of(block.number));
      if (!bytes) {
         fault("block " + std::to_string(block.number) + " has lost its split");
         return true;
      }
      Money sum;
      for (const Split::Part &part : decode<Split>(*bytes).parts) {
         sum += part.money;
         if (part.wallet < credited.size())
            credited[part.wallet] += part.money;
      }
      if (sum != Money{block.reward, block.bonus_paid} || block.bonus_paid > block.bonus)
         fault("block " + std::to_string(block.number) + " gave " + std::to_string(block.reward) + " + " +
               std::to_string(block.bonus) + " and is divided into " + text_of(sum));
      return true;
   });
   store->range(Table::batches, {}, false, [&](ByteView, ByteView value) {
      const Batch batch = decode<Batch>(value);
      ++out.batches;
      const bool is_paid = batch.state == BatchState::paid;
      const auto pick = [&](Money &money) -> Amount & { return batch.fund == Fund::main ? money.main : money.bonus; };
      if (is_paid)
         pick(out.network_fees) += batch.fee;
      const auto bytes = store->get(Table::payments, key_of(batch.number));
      if (!bytes) {
         fault("batch " + std::to_string(batch.number) + " has lost its payments");
         return true;
      }
      Amount sum = 0;
      for (const auto &[wallet, amount] : decode<Payments>(*bytes).to) {
         sum += amount;
         if (batch.state != BatchState::failed && wallet < paid.size())
            pick(is_paid ? paid[wallet] : paying[wallet]) += amount;
      }
      if (sum != batch.amount)
         fault("batch " + std::to_string(batch.number) + " of " + std::to_string(batch.amount) + " pays " +
               std::to_string(sum));
      return true;
   });
   for (std::size_t i = 0; i < wallets_.size(); ++i) {
      const Wallet &row = wallets_[i].row;
      const std::string who = "wallet " + std::to_string(i) + " (" + row.name + ") ";
      if (row.credited != credited[i] + row.folded)
         fault(who + "has been credited " + text_of(row.credited) + ", blocks gave it " +
               text_of(credited[i] + row.folded));
      if (row.paying != paying[i] || row.paid != paid[i])
         fault(who + "has " + text_of(row.paying) + " under way and " + text_of(row.paid) + " paid, batches say " +
               text_of(paying[i]) + " and " + text_of(paid[i]));
      if (row.credited != row.balance + row.paying + row.paid)
         fault(who + "has been credited " + text_of(row.credited) + " and has " + text_of(row.balance) + ", " +
               text_of(row.paying) + " under way and " + text_of(row.paid) + " paid");
      out.credited += row.credited;
      out.balance += row.balance;
      out.paying += row.paying;
      out.paid += row.paid;
   }
   return out;
}

} // namespace nebula::pool::accounts
