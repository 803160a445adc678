#pragma once

/// The chain and its mempool behind one door for many threads: miners, routes, commands and (later) peers all come
/// here.
///
/// Blocks go one at a time through `chain_mutex_`; the mempool has a mutex of its own, taken after it. Reads of blocks
/// and accounts need neither: they see the store's last commit.

#include "core/chain.h"
#include "core/mempool.h"
#include "core/template.h"

#include <memory>
#include <mutex>

namespace nebula::chain {

/// What status and metrics show; made after each change, so that reading it takes no lock of the chain.
struct Snapshot {
   struct Algorithm {
      std::string name;
      AlgorithmStatus status = AlgorithmStatus::core; // at the next height
      std::uint64_t difficulty = 0;                   // of the next block
      bool available = false;                         // this node has the plugin
   };
   BlockIndex tip;
   StateSummary state;
   std::vector<Algorithm> algorithms;
   std::size_t mempool_count = 0;
   std::size_t mempool_bytes = 0;
};

/// Signatures of many transfers at once; the shell uses the executor.
using VerifySignatures = std::function<bool(const std::vector<TransactionPtr> &)>;

class Node {
public:
   /// `hasher` must outlive the node.
   Node(std::unique_ptr<Chain> chain, const PowHasher &hasher, VerifySignatures verify, MempoolLimits limits);

   /// Judges and keeps a block; on a change of the main chain brings the mempool in line.
   [[nodiscard]] Result<Added> add_block(const BlockPtr &block, std::uint64_t now_s);

   /// Verifies and takes a transfer into the mempool.
   [[nodiscard]] Result<void> add_transaction(const TransactionPtr &transaction, std::uint64_t now_s);

   /// A template on the current tip with the best of the mempool.
   [[nodiscard]] Result<BlockTemplate> make_template(const AlgorithmParams &algorithm, const Address &miner,
                                                     Amount bonus, std::uint64_t now_s);

   std::size_t expire_transactions(std::uint64_t now_s);

   /// An account at the tip, and the nonce its next transfer should have with the mempool counted in.
   struct AccountView {
      Account account;
      std::uint64_t next_nonce = 0;
   };
   [[nodiscard]] Result<AccountView> account(const Address &address);
   [[nodiscard]] TransactionPtr waiting_transaction(const Hash &id);
   [[nodiscard]] std::vector<TransactionPtr> waiting_transactions(std::size_t count);
   /// One sender's, in order of nonce.
   [[nodiscard]] std::vector<TransactionPtr> waiting_transactions_of(const Address &sender);
   /// Grows with every change of the mempool.
   [[nodiscard]] std::uint64_t mempool_version();
   [[nodiscard]] MempoolLimits mempool_limits();

   [[nodiscard]] std::shared_ptr<const Snapshot> snapshot() const;
   /// `available` says which algorithms this node can compute.
   void refresh_snapshot(const std::function<bool(const AlgorithmParams &)> &available);

   [[nodiscard]] const NetworkParams &network() const { return chain_->network(); }
   /// For reading; every view is the last commit.
   [[nodiscard]] Store &store() const { return chain_->store(); }

private:
   [[nodiscard]] bool signatures_valid(const std::vector<TransactionPtr> &transfers);
   void follow(const Added &added, std::uint64_t now_s);

   std::mutex chain_mutex_;
   std::unique_ptr<Chain> chain_;
   const PowHasher &hasher_;
   VerifySignatures verify_;

   std::mutex pool_mutex_;
   Mempool pool_;

   mutable std::mutex snapshot_mutex_;
   std::shared_ptr<const Snapshot> snapshot_ = std::make_shared<Snapshot>();
};

} // namespace nebula::chain
