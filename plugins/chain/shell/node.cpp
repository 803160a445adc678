#include "node.h"

#include "core/difficulty.h"

#include <set>

namespace nebula::chain {

Node::Node(std::unique_ptr<Chain> chain, const PowHasher &hasher, VerifySignatures verify, MempoolLimits limits)
   : chain_(std::move(chain)), hasher_(hasher), verify_(std::move(verify)), pool_(limits) {}

/// Those in the mempool were verified when they came: an id covers the signature.
bool Node::signatures_valid(const std::vector<TransactionPtr> &transfers) {
   std::vector<TransactionPtr> unknown;
   {
      const std::lock_guard lock(pool_mutex_);
      for (const TransactionPtr &one : transfers) {
         if (pool_.find(one->id) == nullptr)
            unknown.push_back(one);
      }
   }
   return verify_(unknown);
}

Result<Added> Node::add_block(const BlockPtr &block, std::uint64_t now_s) {
   const std::lock_guard lock(chain_mutex_);
   const Judge judge{&hasher_, [this](const std::vector<TransactionPtr> &all) { return signatures_valid(all); }};
   auto added = chain_->add(block, judge, now_s);
   if (added)
      follow(*added, now_s);
   return added;
}

/// Transfers of unwound blocks come back to the mempool, before what their senders sent later; those of new blocks
/// leave it. What no longer applies is dropped: its sender sees a nonce that is free again.
void Node::follow(const Added &added, std::uint64_t now_s) {
   if (added.kind == Added::Kind::side)
      return;
   auto view = store().read();
   if (!view)
      return;
   const StoredAccounts accounts(**view);
   const std::lock_guard lock(pool_mutex_);
   std::vector<TransactionPtr> again;
   std::set<Address> senders;
   for (auto block = added.disconnected.rbegin(); block != added.disconnected.rend(); ++block) {
      for (std::size_t i = 1; i < (*block)->transactions.size(); ++i) {
         again.push_back((*block)->transactions[i]);
         senders.insert(again.back()->sender);
      }
   }
   for (const Address &sender : senders) {
      for (TransactionPtr &one : pool_.take(sender))
         again.push_back(std::move(one));
   }
   std::vector<Address> touched;
   for (const BlockPtr &block : added.connected) {
      for (std::size_t i = 1; i < block->transactions.size(); ++i)
         touched.push_back(block->transactions[i]->sender);
   }
   (void)pool_.refresh(touched, accounts).ok();
   for (const TransactionPtr &one : again)
      (void)pool_.add(one, accounts, now_s).ok();
}

Result<void> Node::add_transaction(const TransactionPtr &transaction, std::uint64_t now_s) {
   if (transaction->transfer() == nullptr)
      return invalid("only transfers can be sent; a coinbase is part of its block");
   if (waiting_transaction(transaction->id) != nullptr)
      return Error{Fault::duplicate, "the transfer is in the mempool already"};
   if (!signature_is_valid(*transaction))
      return invalid("the transfer's signature is not valid");
   const std::lock_guard lock(pool_mutex_);
   auto view = store().read();
   if (!view)
      return view.error();
   const StoredAccounts accounts(**view);
   // A block may be committed and its senders not refreshed yet.
   if (auto refreshed = pool_.refresh({transaction->sender}, accounts); !refreshed)
      return refreshed.error();
   return pool_.add(transaction, accounts, now_s);
}

Result<BlockTemplate> Node::make_template(const AlgorithmParams &algorithm, const Address &miner, Amount bonus,
                                          std::uint64_t now_s) {
   const std::lock_guard lock(chain_mutex_);
   TemplateRequest request;
   request.algorithm = &algorithm;
   request.miner = miner;
   request.bonus = bonus;
   request.now_s = now_s;
   {
      const std::lock_guard pool_lock(pool_mutex_);
      request.transfers = pool_.select(network().max_block_bytes);
   }
   return chain::make_template(*chain_, request);
}

std::size_t Node::expire_transactions(std::uint64_t now_s) {
   const std::lock_guard lock(pool_mutex_);
   return pool_.expire(now_s);
}

Result<Node::AccountView> Node::account(const Address &address) {
   const std::lock_guard lock(pool_mutex_);
   auto view = store().read();
   if (!view)
      return view.error();
   auto account = StoredAccounts(**view).account(address);
   if (!account)
      return account.error();
   return AccountView{*account, pool_.next_nonce(address, account->nonce)};
}

TransactionPtr Node::waiting_transaction(const Hash &id) {
   const std::lock_guard lock(pool_mutex_);
   return pool_.find(id);
}

std::vector<TransactionPtr> Node::waiting_transactions(std::size_t count) {
   const std::lock_guard lock(pool_mutex_);
   return pool_.list(count);
}

std::vector<TransactionPtr> Node::waiting_transactions_of(const Address &sender) {
   const std::lock_guard lock(pool_mutex_);
   return pool_.of(sender);
}

std::uint64_t Node::mempool_version() {
   const std::lock_guard lock(pool_mutex_);
   return pool_.version();
}

MempoolLimits Node::mempool_limits() {
   return pool_.limits();
}

std::shared_ptr<const Snapshot> Node::snapshot() const {
   const std::lock_guard lock(snapshot_mutex_);
   return snapshot_;
}

void Node::refresh_snapshot(const std::function<bool(const AlgorithmParams &)> &available) {
   auto next = std::make_shared<Snapshot>();
   {
      const std::lock_guard lock(chain_mutex_);
      next->tip = chain_->tip();
      next->state = chain_->state();
      auto view = store().read();
      for (const AlgorithmParams &algorithm : network().algorithms) {
         auto target = view ? expected_target(**view, network(), next->tip, algorithm) : Result<U256>(view.error());
         next->algorithms.push_back({algorithm.name, algorithm.status_at(next->tip.height + 1),
                                     target ? difficulty_of(*target) : 0, available(algorithm)});
      }
   }
   {
      const std::lock_guard lock(pool_mutex_);
      next->mempool_count = pool_.count();
      next->mempool_bytes = pool_.bytes();
   }
   const std::lock_guard lock(snapshot_mutex_);
   snapshot_ = std::move(next);
}

} // namespace nebula::chain
