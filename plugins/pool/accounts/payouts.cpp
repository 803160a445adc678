#include "accounts.h"

#include "update.h"

#include <algorithm>

namespace nebula::pool::accounts {

void Accounts::balance_said(Fund fund, Amount spendable) {
   const auto place = static_cast<std::size_t>(fund);
   spendable_[place] = spendable;
   spendable_known_[place] = true;
}

Amount Accounts::threshold_of(const Wallet &wallet) const {
   const auto own = rules_.thresholds.find(wallet.name);
   return own == rules_.thresholds.end() ? rules_.threshold : own->second;
}

Due Accounts::due() const {
   Due out;
   for (std::uint32_t i = 1; i < wallets_.size(); ++i) {
      const WalletState &wallet = wallets_[i];
      const Amount least = std::max<Amount>(threshold_of(wallet.row), 1);
      const Money &has = wallet.row.balance;
      out.largest = std::max({out.largest, has.main, has.bonus});
      const Money owed{has.main >= least ? has.main : 0, has.bonus >= least ? has.bonus : 0};
      if (owed.zero())
         continue;
      if (!wallet.unpayable.empty()) {
         ++out.unpayable;
         continue;
      }
      ++out.wallets;
      out.amount += owed;
   }
   return out;
}

void Accounts::pay_out(std::uint64_t now_s, const AddressCheck &check) {
   reopen_if_broken();
   const std::size_t funds = coin_ ? std::min<std::size_t>(coin_->funds, 2) : 0;
   for (std::size_t place = 0; place < funds; ++place) {
      if (now_s < next_payout_s_[place] || !spendable_known_[place])
         continue;
      const auto fund = static_cast<Fund>(place);
      // What the coin has not taken yet it has not subtracted either.
      Amount spendable = spendable_[place];
      for (const auto &[number, open] : open_batches_)
         if (const Batch &batch = batches_.at(number); batch.fund == fund && batch.state == BatchState::created)
            spendable -= std::min(spendable, batch.amount);
      unfunded_[place] = 0;
      std::vector<std::pair<Batch, Payments>> made;
      for (std::uint32_t i = 1; i < wallets_.size(); ++i) {
         WalletState &wallet = wallets_[i];
         const Amount amount = fund == Fund::main ? wallet.row.balance.main : wallet.row.balance.bonus;
         if (amount == 0 || amount < threshold_of(wallet.row))
            continue;
         wallet.unpayable = check(wallet.row.name);
         if (!wallet.unpayable.empty())
            continue;
         if (amount > spendable) {
            unfunded_[place] += amount;
            continue;
         }
         spendable -= amount;
         if (made.empty() || made.back().first.payments >= rules_.batch_payments_max) {
            Batch fresh;
            fresh.number = next_batch_ + made.size();
            fresh.fund = fund;
            fresh.created_s = fresh.changed_s = now_s;
            made.emplace_back(std::move(fresh), Payments{});
         }
         auto &[batch, payments] = made.back();
         ++batch.payments;
         batch.amount += amount;
         payments.to.emplace_back(i, amount);
      }
      if (made.empty()) {
         next_payout_s_[place] = now_s + rules_.poll_s;
         continue;
      }
      Update update(*this);
      for (auto &[batch, payments] : made) {
         update.put(batch);
         update.put(batch.number, payments);
         batches_.emplace(batch.number, batch);
         open_batches_.emplace(batch.number, OpenBatch{payments, 0, 0});
         update.event({Event::Kind::batch, batch.number, {}});
         changes_.batches.push_back(batch.number);
      }
      next_batch_ += made.size();
      update.commit();
      next_payout_s_[place] = now_s + rules_.payout_interval_s;
      spendable_known_[place] = false;
   }
}

void Accounts::batch_said(std::uint64_t number, const BatchSaid &answer, std::uint64_t now_s) {
   reopen_if_broken();
   const auto open = open_batches_.find(number);
   if (open == open_batches_.end())
      return;
   Batch &batch = batches_.at(number);
   open->second.confirmations = answer.confirmations;
   open->second.next_ask_s = now_s + rules_.poll_s;
   BatchState state = BatchState::created; // unknown: it is handed over again, under the same key
   switch (answer.state) {
   case BatchSaid::State::unknown:
      break;
   case BatchSaid::State::pending:
      state = BatchState::sent;
      break;
   case BatchSaid::State::paid:
      state = BatchState::paid;
      break;
   case BatchSaid::State::failed:
      state = BatchState::failed;
      break;
   }
   const bool known = answer.state != BatchSaid::State::unknown;
   if (state == batch.state &&
       (!known || (batch.transactions == answer.transactions && batch.fee == answer.fee && batch.text == answer.text)))
      return;
   Update update(*this);
   if (state != batch.state) {
      batch.changed_s = now_s;
      changes_.batches.push_back(number);
   }
   batch.state = state;
   if (known) {
      batch.transactions = answer.transactions;
      batch.text = answer.text;
      batch.fee = answer.fee;
   }
   update.put(batch);
   const auto place = static_cast<std::size_t>(batch.fund);
   if (state == BatchState::paid || state == BatchState::failed) {
      update.event({state == BatchState::paid ? Event::Kind::paid : Event::Kind::failed, number, {}});
      if (state == BatchState::paid) {
         failures_[place] = 0;
         (batch.fund == Fund::main ? network_fees_.main : network_fees_.bonus) += batch.fee;
      } else {
         // What failed will mostly fail again at once: twice as long a wait each time, up to 64 intervals.
         constexpr std::uint32_t k_doublings_max = 6;
         next_payout_s_[place] = now_s + (rules_.payout_interval_s << std::min(failures_[place]++, k_doublings_max));
      }
      open_batches_.erase(open);
   }
   update.commit();
}

} // namespace nebula::pool::accounts
