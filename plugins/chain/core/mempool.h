#pragma once

/// Transfers that wait for a block. Everything in it applies, in order, to the state at the tip: each sender's
/// transfers have consecutive nonces from the account's next, and the balance covers them all.

#include "state.h"
#include "transaction.h"

#include <map>
#include <set>
#include <unordered_map>

namespace nebula::chain {

struct MempoolLimits {
   std::size_t max_bytes = 32u << 20;   // about 225,000 transfers
   std::size_t max_per_sender = 64;     // one account cannot fill it
   std::uint64_t expiry_s = 24 * 3'600; // its sender will have sent it again
   Amount min_fee_per_byte = 1;         // in 10^-6 ZION: an ordinary transfer pays 0.000149 ZION
   unsigned replacement_percent = 110;  // what another transfer with the same nonce must pay of the first one's fee
};

class Mempool {
public:
   explicit Mempool(MempoolLimits limits) : limits_(limits) {}

   /// Takes a transfer whose signature the caller verified. Faults: duplicate, too_late (nonce used), invalid, full.
   [[nodiscard]] Result<void> add(const TransactionPtr &transaction, const AccountSource &accounts,
                                  std::uint64_t now_s);

   /// What may go into the next block, best fee per byte first, each sender's in order of nonce, at most `max_bytes` of
   /// encoding and length prefixes.
   [[nodiscard]] std::vector<TransactionPtr> select(std::size_t max_bytes) const;

   /// The main chain moved: drops what these senders sent or can no longer send (used nonces, missing balance, a gap).
   [[nodiscard]] Result<void> refresh(const std::vector<Address> &senders, const AccountSource &accounts);

   /// Takes all of a sender's transfers out, in order of nonce: a reorganisation puts earlier ones before them.
   [[nodiscard]] std::vector<TransactionPtr> take(const Address &sender);

   /// Drops what waited too long; returns how many.
   std::size_t expire(std::uint64_t now_s);

   [[nodiscard]] TransactionPtr find(const Hash &id) const;
   [[nodiscard]] std::size_t count() const { return by_id_.size(); }
   [[nodiscard]] std::size_t bytes() const { return bytes_; }
   /// Grows with every change.
   [[nodiscard]] std::uint64_t version() const { return version_; }
   /// The nonce the sender's next transfer should have, given the account's.
   [[nodiscard]] std::uint64_t next_nonce(const Address &sender, std::uint64_t account_nonce) const;
   /// A sender's transfers in order of nonce.
   [[nodiscard]] std::vector<TransactionPtr> of(const Address &sender) const;
   /// At most `count`, in no particular order.
   [[nodiscard]] std::vector<TransactionPtr> list(std::size_t count) const;
   [[nodiscard]] const MempoolLimits &limits() const { return limits_; }

private:
   struct Entry {
      TransactionPtr transaction;
      std::uint64_t since_s = 0;
   };
   using Queue = std::map<std::uint64_t, Entry>; // by nonce, consecutive
   struct Rated {
      std::uint64_t rate = 0; // fee * 1000 / bytes
      Address sender{};
      friend auto operator<=>(const Rated &, const Rated &) = default;
   };

   [[nodiscard]] Result<void> check_place(const Transaction &transaction, const Account &account,
                                          const Queue *queue) const;
   [[nodiscard]] Result<void> make_room(const Transaction &transaction);
   void insert(const TransactionPtr &transaction, std::uint64_t now_s);
   /// Removes the sender's transfers with nonces from `nonce_from` to `nonce_to`, both inclusive.
   void cut(const Address &sender, std::uint64_t nonce_from, std::uint64_t nonce_to);
   void forget(const Entry &entry);
   void unlist_tail(const Address &sender, const Queue &queue);
   void list_tail(const Address &sender, const Queue &queue);

   MempoolLimits limits_;
   std::unordered_map<Address, Queue, FirstBytesHash> senders_;
   std::unordered_map<Hash, TransactionPtr, FirstBytesHash> by_id_;
   std::set<Rated> tails_; // each sender's last transfer: what is evicted first is the cheapest of these
   std::size_t bytes_ = 0;
   std::uint64_t version_ = 0;
};

} // namespace nebula::chain
