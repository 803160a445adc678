#include "payouts.h"

#include "core/address.h"
#include "core/finality.h"
#include "core/tables.h"
#include "wallet/send.h"

#include <algorithm>

namespace nebula::chain {

Result<void> Payouts::follow(std::uint64_t now_s) {
   const std::lock_guard lock(mutex_);
   return follow_now(now_s);
}

Result<void> Payouts::follow_now(std::uint64_t now_s) {
   if (auto loaded = loaded_ ? Result<void>() : load(); !loaded)
      return loaded.error();
   if (open_.empty())
      return {};
   auto view = node_.store().read();
   if (!view)
      return view.error();
   auto tip = stored_tip(**view);
   if (!tip)
      return tip.error();
   const std::pair now_seen(tip->value_or(Hash{}), node_.mempool_version());
   if (seen_ == now_seen)
      return {};
   auto pass = look(**view);
   if (!pass)
      return pass.error();
   view->reset(); // no read transaction is held while writing
   if (auto settled = settle(*pass); !settled)
      return settled.error();
   send(*pass, now_s);
   seen_ = now_seen; // what this pass changed in the mempool is looked at once more
   return {};
}

/// Where every open transfer is.
Result<Payouts::Pass> Payouts::look(const ReadView &view) {
   Pass out;
   auto tip = need_tip(view);
   if (!tip)
      return tip.error();
   out.height = tip->height;
   const StoredAccounts accounts(view);
   for (Batch &batch : open_) {
      bool final = true;
      batch.waits.clear();
      for (std::size_t i = 0; i < batch.transfers.size(); ++i) {
         auto place = find_place(view, batch.ids[i]);
         if (!place)
            return place.error();
         if (*place) {
            auto index = need_index(view, (*place)->block);
            auto deep = index ? is_final(view, node_.network(), *index, out.height) : Result<bool>(index.error());
            if (!deep)
               return deep.error();
            final = final && *deep;
            continue;
         }
         final = false;
         Missing missing{&batch, i, false, false};
         auto account = accounts.account(batch.transfers[i]->sender);
         if (!account)
            return account.error();
         const std::uint64_t nonce = batch.transfers[i]->transfer()->nonce;
         missing.displaced = nonce < account->nonce;
         if (missing.displaced) {
            auto used = final_nonce(view, batch.transfers[i]->sender);
            if (!used)
               return used.error();
            missing.dead = nonce < *used;
         }
         out.missing.push_back(missing);
      }
      if (final)
         out.final.push_back(&batch);
   }
   return out;
}

/// Closes what is final and signs anew what can never apply, in one commit.
Result<void> Payouts::settle(Pass &pass) {
   std::vector<PayoutBatch> closed;
   for (const Batch *batch : pass.final) {
      closed.push_back(*batch);
      closed.back().state = BatchState::paid;
      closed.back().transfers.clear();
   }
   std::vector<const PayoutBatch *> changed;
   for (const PayoutBatch &one : closed)
      changed.push_back(&one);
   for (Missing &missing : pass.missing) {
      if (!missing.dead)
         continue;
      auto anew = sign_anew(missing);
      if (!anew)
         return anew.error();
      if (*anew && std::ranges::find(changed, missing.batch) == changed.end())
         changed.push_back(missing.batch);
   }
   if (changed.empty())
      return {};
   if (auto committed = commit(changed); !committed)
      return committed.error();
   open_.remove_if([&](const Batch &one) { return std::ranges::find(pass.final, &one) != pass.final.end(); });
   return {};
}

/// False: nobody here has the key.
Result<bool> Payouts::sign_anew(Missing &missing) {
   Batch &batch = *missing.batch;
   const TransactionPtr old = missing.transfer();
   const Fund *fund = fund_of(old->sender);
   if (fund == nullptr || fund->key == nullptr) {
      batch.waits = "another transfer used its nonce, and the key of " + to_text(old->sender) +
                    " to sign it anew is not configured";
      return false;
   }
   auto made = sign(*fund, old->transfer()->outputs);
   if (!made)
      return made.error();
   batch.fee = batch.fee - old->transfer()->fee + made->front()->transfer()->fee;
   batch.ids[missing.place] = made->front()->id;
   batch.transfers[missing.place] = std::move(made->front());
   missing.displaced = missing.dead = false;
   return true;
}

void Payouts::send(const Pass &pass, std::uint64_t now_s) {
   std::vector<Missing> queue = pass.missing;
   std::ranges::sort(queue, {}, [](const Missing &one) {
      return std::pair(one.transfer()->sender, one.transfer()->transfer()->nonce);
   });
   std::map<Address, std::string> stuck; // later ones of that sender wait for the same
   for (const Missing &missing : queue) {
      const Address &sender = missing.transfer()->sender;
      std::string &waits = missing.batch->waits;
      if (missing.displaced) {
         if (waits.empty())
            waits = "another transfer of its wallet used its nonce; it is signed anew once that one is final";
      } else if (const auto found = stuck.find(sender); found != stuck.end()) {
         waits = found->second;
      } else if (auto sent = send_one(missing, pass.height, now_s); !sent) {
         waits = stuck[sender] = "not in the mempool: " + sent.error().text;
      }
   }
}

Result<void> Payouts::send_one(const Missing &missing, std::uint64_t height, std::uint64_t now_s) {
   const TransactionPtr &transfer = missing.transfer();
   if (node_.waiting_transaction(transfer->id) != nullptr)
      return {};
   if (auto filled = fill_gap(transfer->sender, transfer->transfer()->nonce, height, now_s); !filled)
      return filled.error();
   auto added = node_.add_transaction(transfer, now_s);
   if (!added && added.error().fault != Fault::duplicate)
      return added.error();
   return {};
}

/// A nonce below a payout belongs to no transfer that this node knows: one that was sent by hand got lost, or went with
/// a reorganisation. After a while the wallet pays one unit to itself with that nonce, so that the payout can follow.
Result<void> Payouts::fill_gap(const Address &sender, std::uint64_t nonce, std::uint64_t height, std::uint64_t now_s) {
   auto account = node_.account(sender);
   if (!account)
      return account.error();
   std::uint64_t next = account->next_nonce;
   if (next >= nonce) {
      gaps_.erase(sender);
      return {};
   }
   const auto gap = gaps_.try_emplace(sender, Gap{next, height}).first;
   if (gap->second.nonce != next)
      gap->second = {next, height};
   const Fund *fund = fund_of(sender);
   if (height < gap->second.height + k_gap_blocks || fund == nullptr || fund->key == nullptr)
      return invalid("the wallet's transfer with nonce " + std::to_string(next) +
                     " is missing; it is replaced by one to the wallet itself after 10 blocks");
   const Amount rate = std::max(fee_per_byte_, node_.mempool_limits().min_fee_per_byte);
   for (; next < nonce; ++next) {
      SendRequest request;
      request.outputs = {{sender, 1}};
      auto filler = build_transfer(*fund->key, request, {node_.network().chain_id, next, ~0ull, rate});
      if (!filler)
         return filler.error();
      if (auto added = node_.add_transaction(*filler, now_s); !added)
         return added.error();
   }
   gaps_.erase(sender);
   return {};
}

} // namespace nebula::chain
