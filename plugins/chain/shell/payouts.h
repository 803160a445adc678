#pragma once

/// Pays batches of payments from the node's own funds, each exactly once over crashes and reorganisations.
///
/// A batch is signed and made durable together with its key before any of it is sent. What is durable is sent again
/// until it is final. A transfer is signed anew, with another nonce, only when its nonce was used by another transfer
/// in a block that no reorganisation can take back: from then on the first one can never apply.

#include "coinbases.h"
#include "node.h"

#include "core/payout_batch.h"
#include "core/signature.h"

#include <list>

namespace nebula::chain {

/// Money that payments come from.
struct Fund {
   Address address{};
   std::unique_ptr<SigningKey> key; // null: it only receives
   std::string remedy;              // without a key: how to give one
};

/// What became of a batch, for whoever ordered it.
struct BatchStatus {
   BatchState state = BatchState::open;
   Amount fee = 0;
   std::uint64_t confirmations = 0; // of the transfer with the fewest
   std::vector<Hash> transactions;
   std::string text; // why it failed, or what it waits for
};

struct FundBalance {
   Amount spendable = 0; // less what is on its way out
   Amount immature = 0;  // coinbases that a reorganisation can still take
};

class Payouts {
public:
   /// `node` must outlive it. `fee_per_byte`: paid at least, also when the mempool asks for less.
   Payouts(Node &node, std::vector<Fund> funds, Amount fee_per_byte)
      : node_(node), funds_(std::move(funds)), fee_per_byte_(fee_per_byte), coinbases_(node.network()) {}

   /// Reads what is open. Once, before anything else.
   [[nodiscard]] Result<void> open();

   /// Precondition: there is such a fund, and a payment. Faults: duplicate (the key stands for other payments),
   /// unavailable (no key), full (too many batches are open).
   [[nodiscard]] Result<BatchStatus> pay(std::string_view key, std::uint32_t fund, const std::vector<Payment> &payments,
                                         std::uint64_t now_s);
   /// Empty: never heard of.
   [[nodiscard]] Result<std::optional<BatchStatus>> batch(std::string_view key);
   [[nodiscard]] Result<FundBalance> balance(std::uint32_t fund);

   struct Open {
      std::string key;
      std::uint32_t fund = 0;
      BatchStatus status;
   };
   /// In order of arrival.
   [[nodiscard]] Result<std::vector<Open>> list();

   /// Sends what is in neither the chain nor the mempool, closes what is final. After a start and every second or so.
   [[nodiscard]] Result<void> follow(std::uint64_t now_s);

   [[nodiscard]] const std::vector<Fund> &funds() const { return funds_; }
   [[nodiscard]] Coinbases &coinbases() { return coinbases_; }

private:
   struct Batch : PayoutBatch {
      std::string waits; // for what, beside confirmations
   };
   /// A transfer that is in no block of the main chain.
   struct Missing {
      Batch *batch = nullptr;
      std::size_t place = 0;
      bool displaced = false; // its nonce is used
      bool dead = false;      // and for ever
      [[nodiscard]] const TransactionPtr &transfer() const { return batch->transfers[place]; }
   };
   struct Pass {
      std::vector<Batch *> final;
      std::vector<Missing> missing; // in order of sender and nonce
      std::uint64_t height = 0;
   };
   struct Gap {
      std::uint64_t nonce = 0;
      std::uint64_t height = 0; // when it was first seen
   };

   [[nodiscard]] Result<void> load();
   [[nodiscard]] Result<void> write(const std::vector<const PayoutBatch *> &batches);
   [[nodiscard]] Result<void> commit(const std::vector<const PayoutBatch *> &batches);
   [[nodiscard]] Result<BatchStatus> refuse(PayoutBatch batch, std::string text);
   [[nodiscard]] Result<std::vector<TransactionPtr>> sign(const Fund &fund, const std::vector<Output> &outputs);
   [[nodiscard]] Result<std::uint64_t> next_nonce(const Address &sender);
   [[nodiscard]] Result<FundBalance> balance_of(const Fund &fund);
   [[nodiscard]] Result<std::optional<BatchStatus>> find(std::string_view key);
   [[nodiscard]] Result<BatchStatus> status_of(const ReadView &view, const PayoutBatch &batch) const;
   [[nodiscard]] const Fund *fund_of(const Address &address) const;

   [[nodiscard]] Result<void> follow_now(std::uint64_t now_s);
   [[nodiscard]] Result<Pass> look(const ReadView &view);
   [[nodiscard]] Result<void> settle(Pass &pass);
   [[nodiscard]] Result<bool> sign_anew(Missing &missing);
   void send(const Pass &pass, std::uint64_t now_s);
   [[nodiscard]] Result<void> send_one(const Missing &missing, std::uint64_t height, std::uint64_t now_s);
   [[nodiscard]] Result<void> fill_gap(const Address &sender, std::uint64_t nonce, std::uint64_t height,
                                       std::uint64_t now_s);

   Node &node_;
   const std::vector<Fund> funds_;
   const Amount fee_per_byte_;
   Coinbases coinbases_;

   std::mutex mutex_;
   bool loaded_ = false;
   std::list<Batch> open_; // as the store has them
   std::map<Address, Gap> gaps_;
   std::optional<std::pair<Hash, std::uint64_t>> seen_; // tip and mempool version of the last pass
};

/// Batches that are not final. At 16 transfers of 7.5 kB each, 30 MiB of memory.
inline constexpr std::size_t k_open_batches_max = 256;
/// Blocks that a missing nonce below a payout is waited for: whoever sent the transfer that had it may send it again.
inline constexpr std::uint64_t k_gap_blocks = 10;

} // namespace nebula::chain
