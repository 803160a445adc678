#include "mempool.h"

#include <algorithm>

namespace nebula::chain {
namespace {

constexpr std::size_t k_length_bytes = 4; // a block's prefix of each transaction

std::uint64_t rate_of(const Transaction &transaction) {
   return transaction.transfer()->fee * 1'000 / transaction.raw.size();
}

/// What the sender's other waiting transfers spend.
template <class Queue>
Amount committed(const Queue *queue, std::uint64_t except_nonce) {
   Amount sum = 0;
   if (queue != nullptr) {
      for (const auto &[nonce, entry] : *queue) {
         if (nonce != except_nonce)
            sum += entry.transaction->transfer()->total();
      }
   }
   return sum;
}

} // namespace

Result<void> Mempool::add(const TransactionPtr &transaction, const AccountSource &accounts, std::uint64_t now_s) {
   const Transfer *transfer = transaction->transfer();
   if (transfer == nullptr)
      return invalid("a coinbase is part of a block and cannot be sent");
   if (by_id_.contains(transaction->id))
      return Error{Fault::duplicate, "the transfer is in the mempool already"};
   const Amount least = limits_.min_fee_per_byte * transaction->raw.size();
   if (transfer->fee < least)
      return invalid("the fee is " + std::to_string(transfer->fee) + " units; this node takes at least " +
                     std::to_string(least) + " for " + std::to_string(transaction->raw.size()) + " bytes");
   auto account = accounts.account(transaction->sender);
   if (!account)
      return account.error();
   const auto found = senders_.find(transaction->sender);
   const Queue *queue = found == senders_.end() ? nullptr : &found->second;
   if (auto place = check_place(*transaction, *account, queue); !place)
      return place.error();
   if (committed(queue, transfer->nonce) > account->balance ||
       transfer->total() > account->balance - committed(queue, transfer->nonce))
      return invalid("the sender's balance of " + std::to_string(account->balance) +
                     " units does not cover this transfer and those that wait");
   if (auto room = make_room(*transaction); !room)
      return room.error();
   insert(transaction, now_s);
   return {};
}

/// The nonce follows the sender's last one, or replaces a waiting transfer and pays for it.
Result<void> Mempool::check_place(const Transaction &transaction, const Account &account, const Queue *queue) const {
   const Transfer &transfer = *transaction.transfer();
   if (transfer.nonce < account.nonce)
      return Error{Fault::too_late, "nonce " + std::to_string(transfer.nonce) + " is used; the sender's next is " +
                                       std::to_string(account.nonce)};
   const std::uint64_t next = queue == nullptr ? account.nonce : queue->rbegin()->first + 1;
   if (transfer.nonce == next)
      return queue != nullptr && queue->size() >= limits_.max_per_sender
                ? Error{Fault::full,
                        "the sender has " + std::to_string(queue->size()) + " transfers waiting, the limit"}
                : Result<void>();
   const auto waiting = queue == nullptr ? Queue::const_iterator{} : queue->find(transfer.nonce);
   if (transfer.nonce > next || queue == nullptr || waiting == queue->end())
      return invalid("nonce " + std::to_string(transfer.nonce) + " leaves a gap; the sender's next is " +
                     std::to_string(next));
   const Amount first = waiting->second.transaction->transfer()->fee;
   if (transfer.fee * 100 < first * limits_.replacement_percent || transfer.fee <= first)
      return invalid("a transfer with this nonce waits and pays " + std::to_string(first) +
                     " units; to replace it, pay at least a tenth more");
   return {};
}

/// Evicts last transfers that pay less per byte, unless that would not suffice. A sender never evicts itself.
Result<void> Mempool::make_room(const Transaction &transaction) {
   const std::uint64_t rate = rate_of(transaction);
   while (bytes_ + transaction.raw.size() > limits_.max_bytes) {
      const auto cheapest =
         std::ranges::find_if(tails_, [&](const Rated &one) { return one.sender != transaction.sender; });
      if (cheapest == tails_.end() || cheapest->rate >= rate)
         return Error{Fault::full, "the mempool is full of transfers that pay more per byte"};
      const Address sender = cheapest->sender;
      const std::uint64_t last = senders_.at(sender).rbegin()->first;
      cut(sender, last, last);
   }
   return {};
}

void Mempool::insert(const TransactionPtr &transaction, std::uint64_t now_s) {
   Queue &queue = senders_[transaction->sender];
   unlist_tail(transaction->sender, queue);
   const std::uint64_t nonce = transaction->transfer()->nonce;
   if (const auto replaced = queue.find(nonce); replaced != queue.end())
      forget(replaced->second);
   queue[nonce] = {transaction, now_s};
   by_id_[transaction->id] = transaction;
   bytes_ += transaction->raw.size();
   list_tail(transaction->sender, queue);
   ++version_;
}

void Mempool::forget(const Entry &entry) {
   bytes_ -= entry.transaction->raw.size();
   by_id_.erase(entry.transaction->id);
   ++version_;
}

void Mempool::unlist_tail(const Address &sender, const Queue &queue) {
   if (!queue.empty())
      tails_.erase({rate_of(*queue.rbegin()->second.transaction), sender});
}

void Mempool::list_tail(const Address &sender, const Queue &queue) {
   if (!queue.empty())
      tails_.insert({rate_of(*queue.rbegin()->second.transaction), sender});
}

void Mempool::cut(const Address &sender, std::uint64_t nonce_from, std::uint64_t nonce_to) {
   const auto found = senders_.find(sender);
   if (found == senders_.end())
      return;
   Queue &queue = found->second;
   unlist_tail(sender, queue);
   for (auto entry = queue.lower_bound(nonce_from); entry != queue.end() && entry->first <= nonce_to;) {
      forget(entry->second);
      entry = queue.erase(entry);
   }
   list_tail(sender, queue);
   if (queue.empty())
      senders_.erase(found);
}

std::vector<TransactionPtr> Mempool::select(std::size_t max_bytes) const {
   struct Head {
      std::uint64_t rate;
      Address sender;
      Queue::const_iterator at;
      Queue::const_iterator end;
      bool operator<(const Head &other) const { return rate != other.rate ? rate < other.rate : sender > other.sender; }
   };
   std::vector<Head> heap;
   heap.reserve(senders_.size());
   for (const auto &[sender, queue] : senders_)
      heap.push_back({rate_of(*queue.begin()->second.transaction), sender, queue.begin(), queue.end()});
   std::ranges::make_heap(heap, std::less<>());
   std::vector<TransactionPtr> out;
   std::size_t used = 0;
   while (!heap.empty()) {
      std::ranges::pop_heap(heap, std::less<>());
      Head &best = heap.back();
      const TransactionPtr &transaction = best.at->second.transaction;
      if (used + transaction->raw.size() + k_length_bytes <= max_bytes) {
         used += transaction->raw.size() + k_length_bytes;
         out.push_back(transaction);
         if (++best.at != best.end) {
            best.rate = rate_of(*best.at->second.transaction);
            std::ranges::push_heap(heap, std::less<>());
            continue;
         }
      }
      heap.pop_back(); // used up, or its next one does not fit: later ones of that sender must wait too
   }
   return out;
}

Result<void> Mempool::refresh(const std::vector<Address> &senders, const AccountSource &accounts) {
   for (const Address &sender : senders) {
      const auto found = senders_.find(sender);
      if (found == senders_.end())
         continue;
      auto account = accounts.account(sender);
      if (!account)
         return account.error();
      if (found->second.begin()->first > account->nonce) {
         cut(sender, 0, ~0ull); // a reorganisation took back what these build on
         continue;
      }
      Amount left = account->balance;
      std::uint64_t last = ~0ull;
      for (const auto &[nonce, entry] : found->second) {
         const Amount total = entry.transaction->transfer()->total();
         if (nonce >= account->nonce && total > left) {
            last = nonce;
            break;
         }
         left -= nonce >= account->nonce ? total : 0;
      }
      if (last != ~0ull)
         cut(sender, last, ~0ull);
      if (account->nonce > 0)
         cut(sender, 0, account->nonce - 1);
   }
   return {};
}

std::vector<TransactionPtr> Mempool::take(const Address &sender) {
   std::vector<TransactionPtr> out = of(sender);
   cut(sender, 0, ~0ull);
   return out;
}

std::vector<TransactionPtr> Mempool::of(const Address &sender) const {
   std::vector<TransactionPtr> out;
   if (const auto found = senders_.find(sender); found != senders_.end()) {
      for (const auto &[nonce, entry] : found->second)
         out.push_back(entry.transaction);
   }
   return out;
}

std::size_t Mempool::expire(std::uint64_t now_s) {
   std::vector<std::pair<Address, std::uint64_t>> old;
   for (const auto &[sender, queue] : senders_) {
      const auto first =
         std::ranges::find_if(queue, [&](const auto &one) { return one.second.since_s + limits_.expiry_s <= now_s; });
      if (first != queue.end())
         old.emplace_back(sender, first->first);
   }
   const std::size_t before = count();
   for (const auto &[sender, nonce] : old)
      cut(sender, nonce, ~0ull);
   return before - count();
}

TransactionPtr Mempool::find(const Hash &id) const {
   const auto found = by_id_.find(id);
   return found == by_id_.end() ? nullptr : found->second;
}

std::uint64_t Mempool::next_nonce(const Address &sender, std::uint64_t account_nonce) const {
   const auto found = senders_.find(sender);
   return found == senders_.end() ? account_nonce : std::max(account_nonce, found->second.rbegin()->first + 1);
}

std::vector<TransactionPtr> Mempool::list(std::size_t count) const {
   std::vector<TransactionPtr> out;
   for (const auto &[id, transaction] : by_id_) {
      if (out.size() >= count)
         break;
      out.push_back(transaction);
   }
   return out;
}

} // namespace nebula::chain
