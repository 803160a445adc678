#include "payouts.h"

#include "core/address.h"
#include "core/amount.h"
#include "core/finality.h"
#include "core/tables.h"
#include "wallet/send.h"

#include <algorithm>

namespace nebula::chain {
namespace {

/// What is asked for as outputs, or which payment is impossible.
Result<std::vector<Output>> outputs_of(const std::vector<Payment> &payments) {
   std::vector<Output> out;
   Amount sum = 0;
   for (const Payment &one : payments) {
      auto address = parse_address(one.address);
      if (!address)
         return address.error().within("payment " + std::to_string(out.size() + 1));
      if (one.amount == 0 || one.amount > k_max_supply - sum)
         return invalid("payment " + std::to_string(out.size() + 1) + " is zero, or the sum exceeds the supply");
      sum += one.amount;
      out.push_back({*address, one.amount});
   }
   return out;
}

Amount total_of(const std::vector<TransactionPtr> &transfers) {
   Amount sum = 0;
   for (const TransactionPtr &one : transfers)
      sum += one->transfer()->total();
   return sum;
}

} // namespace

Result<void> Payouts::open() {
   const std::lock_guard lock(mutex_);
   return load();
}

Result<void> Payouts::load() {
   loaded_ = false;
   open_.clear();
   seen_.reset();
   auto view = node_.store().read();
   if (!view)
      return view.error();
   auto batches = open_batches(**view, node_.network().chain_id);
   if (!batches)
      return batches.error();
   for (PayoutBatch &one : *batches)
      open_.push_back({std::move(one), {}});
   loaded_ = true;
   return {};
}

Result<void> Payouts::write(const std::vector<const PayoutBatch *> &batches) {
   auto batch = node_.store().write();
   if (!batch)
      return batch.error();
   for (const PayoutBatch *one : batches) {
      if (auto put = put_batch(**batch, *one); !put)
         return put.error();
   }
   return (*batch)->commit();
}

/// After a failure nobody knows whether the commit happened: what the store has is what counts.
Result<void> Payouts::commit(const std::vector<const PayoutBatch *> &batches) {
   auto written = write(batches);
   if (!written) {
      if (auto loaded = load(); !loaded)
         return loaded.error();
   }
   return written;
}

const Fund *Payouts::fund_of(const Address &address) const {
   const auto found = std::ranges::find_if(funds_, [&](const Fund &one) { return one.address == address; });
   return found == funds_.end() ? nullptr : &*found;
}

Result<std::uint64_t> Payouts::next_nonce(const Address &sender) {
   auto account = node_.account(sender);
   if (!account)
      return account.error();
   std::uint64_t next = account->next_nonce;
   for (const Batch &batch : open_) {
      for (const TransactionPtr &one : batch.transfers) {
         if (one->sender == sender)
            next = std::max(next, one->transfer()->nonce + 1);
      }
   }
   return next;
}

Result<std::vector<TransactionPtr>> Payouts::sign(const Fund &fund, const std::vector<Output> &outputs) {
   auto nonce = next_nonce(fund.address);
   if (!nonce)
      return nonce.error();
   const Amount rate = std::max(fee_per_byte_, node_.mempool_limits().min_fee_per_byte);
   std::vector<TransactionPtr> out;
   for (std::size_t first = 0; first < outputs.size(); first += k_max_outputs) {
      SendRequest request;
      const auto begin = outputs.begin() + static_cast<std::ptrdiff_t>(first);
      const auto count = std::min(k_max_outputs, outputs.size() - first);
      request.outputs.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
      auto made = build_transfer(*fund.key, request, {node_.network().chain_id, (*nonce)++, ~0ull, rate});
      if (!made)
         return made.error();
      out.push_back(std::move(*made));
   }
   return out;
}

/// The key fails for ever, with nothing signed.
Result<BatchStatus> Payouts::refuse(PayoutBatch batch, std::string text) {
   batch.state = BatchState::failed;
   batch.text = std::move(text);
   if (auto committed = commit({&batch}); !committed)
      return committed.error();
   return BatchStatus{batch.state, 0, 0, {}, batch.text};
}

Result<BatchStatus> Payouts::pay(std::string_view key, std::uint32_t fund_number, const std::vector<Payment> &payments,
                                 std::uint64_t now_s) {
   const std::lock_guard lock(mutex_);
   if (auto loaded = loaded_ ? Result<void>() : load(); !loaded)
      return loaded.error();
   PayoutBatch batch;
   batch.key = key;
   batch.fund = fund_number;
   batch.digest = payments_digest(fund_number, payments);
   {
      auto view = node_.store().read();
      if (!view)
         return view.error();
      auto known = find_batch(**view, key, node_.network().chain_id);
      if (!known)
         return known.error();
      if (*known && (*known)->digest != batch.digest)
         return Error{Fault::duplicate, "the key \"" + batch.key + "\" stands for other payments"};
      if (*known)
         return status_of(**view, **known);
   }
   const Fund &fund = funds_.at(fund_number);
   if (fund.key == nullptr)
      return Error{Fault::unavailable, fund.remedy};
   if (open_.size() >= k_open_batches_max)
      return Error{Fault::full, std::to_string(open_.size()) + " batches are under way, the limit"};
   batch.number = open_.empty() ? 1 : open_.back().number + 1;
   auto outputs = outputs_of(payments);
   if (!outputs)
      return refuse(std::move(batch), outputs.error().text);
   auto balance = balance_of(fund);
   if (!balance)
      return balance.error();
   auto transfers = sign(fund, *outputs);
   if (!transfers && transfers.error().fault != Fault::invalid)
      return transfers.error();
   if (!transfers)
      return refuse(std::move(batch), transfers.error().text);
   if (const Amount total = total_of(*transfers); total > balance->spendable)
      return refuse(std::move(batch), "the fund has " + to_text_zion(balance->spendable) +
                                         " ZION to spend, the batch takes " + to_text_zion(total) +
                                         " ZION with its fee (" + to_text_zion(balance->immature) +
                                         " ZION are not mature yet)");
   batch.transfers = std::move(*transfers);
   for (const TransactionPtr &one : batch.transfers) {
      batch.ids.push_back(one->id);
      batch.fee += one->transfer()->fee;
   }
   if (auto committed = commit({&batch}); !committed)
      return committed.error();
   open_.push_back({std::move(batch), {}});
   // It is durable: if it cannot be sent now, the next pass tries again.
   seen_.reset();
   (void)follow_now(now_s).ok();
   auto paid = find(key);
   if (!paid)
      return paid.error();
   return std::move(**paid);
}

Result<BatchStatus> Payouts::status_of(const ReadView &view, const PayoutBatch &batch) const {
   BatchStatus out{batch.state, batch.fee, 0, batch.ids, batch.text};
   if (batch.state == BatchState::failed)
      return out;
   auto tip = need_tip(view);
   if (!tip)
      return tip.error();
   out.confirmations = ~0ull;
   for (const Hash &id : batch.ids) {
      auto place = find_place(view, id);
      if (!place)
         return place.error();
      if (!*place) {
         out.confirmations = 0;
         break;
      }
      auto index = need_index(view, (*place)->block);
      if (!index)
         return index.error();
      out.confirmations = std::min(out.confirmations, tip->height - index->height + 1);
   }
   if (batch.state == BatchState::open) {
      const auto kept = std::ranges::find_if(open_, [&](const Batch &one) { return one.key == batch.key; });
      out.text = out.confirmations > 0
                    ? "waits until no reorganisation can reach it: " + std::to_string(out.confirmations) + " of " +
                         std::to_string(node_.network().max_reorg_depth + 1) + " confirmations"
                 : kept != open_.end() && !kept->waits.empty() ? kept->waits
                                                               : "waits for a block";
   }
   return out;
}

Result<std::optional<BatchStatus>> Payouts::batch(std::string_view key) {
   const std::lock_guard lock(mutex_);
   return find(key);
}

Result<std::optional<BatchStatus>> Payouts::find(std::string_view key) {
   auto view = node_.store().read();
   if (!view)
      return view.error();
   auto known = find_batch(**view, key, node_.network().chain_id);
   if (!known)
      return known.error();
   if (!*known)
      return std::optional<BatchStatus>();
   auto status = status_of(**view, **known);
   if (!status)
      return status.error();
   return std::optional(std::move(*status));
}

Result<std::vector<Payouts::Open>> Payouts::list() {
   const std::lock_guard lock(mutex_);
   auto view = node_.store().read();
   if (!view)
      return view.error();
   std::vector<Open> out;
   for (const Batch &one : open_) {
      auto status = status_of(**view, one);
      if (!status)
         return status.error();
      out.push_back({one.key, one.fund, std::move(*status)});
   }
   return out;
}

Result<FundBalance> Payouts::balance(std::uint32_t fund) {
   const std::lock_guard lock(mutex_);
   return balance_of(funds_.at(fund));
}

Result<FundBalance> Payouts::balance_of(const Fund &fund) {
   auto view = node_.store().read();
   if (!view)
      return view.error();
   auto account = StoredAccounts(**view).account(fund.address);
   if (!account)
      return account.error();
   auto immature = coinbases_.recent(**view, node_.network().max_reorg_depth, fund.address);
   if (!immature)
      return immature.error();
   std::map<Hash, TransactionPtr> leaving;
   for (const Batch &batch : open_) {
      for (const TransactionPtr &one : batch.transfers) {
         if (one->sender != fund.address)
            continue;
         auto place = find_place(**view, one->id);
         if (!place)
            return place.error();
         if (!*place)
            leaving[one->id] = one;
      }
   }
   for (const TransactionPtr &one : node_.waiting_transactions_of(fund.address)) {
      if (one->transfer()->nonce >= account->nonce)
         leaving[one->id] = one;
   }
   FundBalance out{account->balance, std::min(*immature, account->balance)};
   out.spendable -= out.immature;
   for (const auto &[id, transfer] : leaving)
      out.spendable -= std::min(out.spendable, transfer->transfer()->total());
   return out;
}

} // namespace nebula::chain
