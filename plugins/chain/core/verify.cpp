#include "verify.h"

#include "apply.h"
#include "chain.h"
#include "networks.h"

#include <map>

namespace nebula::chain {
namespace {

constexpr std::uint64_t k_progress_blocks = 256;

class ReplayAccounts final : public AccountSource {
public:
   [[nodiscard]] Result<Account> account(const Address &address) const override {
      const auto found = all.find(address);
      return found == all.end() ? Account{} : found->second;
   }
   void apply(const std::vector<AccountChange> &changes) {
      for (const AccountChange &change : changes) {
         if (change.after.exists())
            all[change.address] = change.after;
         else
            all.erase(change.address);
      }
   }
   std::map<Address, Account> all;
};

class Replay {
public:
   Replay(const ReadView &view, const NetworkParams &network, const VerifyOptions &options)
      : view_(view), network_(network), options_(options) {}

   Result<VerifyReport> run() {
      auto tip = stored_tip(view_);
      if (!tip)
         return tip.error();
      if (!*tip)
         return Error{Fault::missing, "the store holds no chain"};
      auto last = need_index(view_, **tip);
      if (!last)
         return last.error();
      for (std::uint64_t height = 0; height <= last->height; ++height) {
         if (auto done = replay(height); !done)
            return done.error().within("block at height " + std::to_string(height));
         if (options_.progress && height % k_progress_blocks == 0 && !options_.progress(height, last->height))
            return Error{Fault::unavailable, "verification was ended at height " + std::to_string(height)};
      }
      if (options_.progress)
         (void)options_.progress(last->height, last->height);
      if (auto same = compare_state(); !same)
         return same.error();
      report_.proofs_checked = options_.hasher != nullptr;
      return report_;
   }

private:
   Result<void> replay(std::uint64_t height) {
      auto id = main_id(view_, height);
      if (!id)
         return id.error();
      if (!*id)
         return Error{Fault::storage, "the store does not know it"};
      auto block = need_block(view_, network_, **id);
      if (!block)
         return block.error();
      auto index = need_index(view_, **id);
      if (!index)
         return index.error();
      if (block_id((*block)->header, (*block)->proof) != **id)
         return Error{Fault::storage, "its bytes have another id"};
      StateView state(accounts_, summary_);
      auto applied = height == 0 ? genesis(**block, *index, state) : ordinary(**block, *index, state);
      if (!applied)
         return applied.error();
      summary_ = state.summary();
      accounts_.apply(state.changes());
      parent_ = std::move(*index);
      ++report_.blocks;
      report_.transactions += (*block)->transactions.size();
      return places(**block);
   }

   Result<void> genesis(const Block &block, const BlockIndex &index, StateView &state) {
      if (block_id(block.header, block.proof) != genesis_id(network_))
         return invalid("it is not the genesis block of " + network_.name);
      if (genesis_index(network_, block) != index)
         return Error{Fault::storage, "its index entry is not the one of the genesis block"};
      return apply_genesis(state, block);
   }

   Result<void> ordinary(const Block &block, const BlockIndex &index, StateView &state) {
      if (auto form = check_block_form(network_, block); !form)
         return form.error();
      if (block.header.previous != parent_.id)
         return invalid("its parent is not the block before it");
      if (auto place = check_header_place(view_, network_, parent_, block.header, block.header.time_s); !place)
         return place.error();
      BlockIndex right = make_index(network_, parent_, block);
      right.status = BlockStatus::applied;
      if (right != index)
         return Error{Fault::storage, "its index entry is not the one that follows from the chain"};
      if (auto pow = proof(block); !pow)
         return pow.error();
      if (!signatures_valid_one_by_one({block.transactions.begin() + 1, block.transactions.end()}))
         return invalid("a transfer's signature is not valid");
      return apply_block(network_, state, block);
   }

   Result<void> proof(const Block &block) const {
      if (options_.hasher == nullptr)
         return {};
      const AlgorithmParams &algorithm = *network_.algorithm(block.header.algorithm);
      auto epoch = epoch_at(view_, algorithm, block.header.height);
      if (!epoch)
         return epoch.error();
      return check_pow(algorithm, *epoch, block.header, block.proof, *options_.hasher);
   }

   Result<void> places(const Block &block) const {
      for (const TransactionPtr &transaction : block.transactions) {
         auto place = find_place(view_, transaction->id);
         if (!place)
            return place.error();
         if (!*place || (*place)->block != parent_.id)
            return Error{Fault::storage, "the store does not find one of its transactions"};
      }
      return {};
   }

   Result<void> compare_state() {
      auto stored = stored_summary(view_);
      if (!stored)
         return stored.error();
      if (*stored != summary_)
         return Error{Fault::storage, "the stored state summary is not the one that follows from the chain"};
      std::uint64_t count = 0;
      bool same = true;
      auto scanned = view_.scan(Table::accounts, {}, {}, [&](ByteView key, ByteView value) {
         Address address{};
         auto account = decode_account(value);
         if (key.size() == address.size())
            std::memcpy(address.data(), key.data(), key.size());
         const auto right = accounts_.all.find(address);
         same = key.size() == address.size() && account && right != accounts_.all.end() && right->second == *account;
         ++count;
         return same;
      });
      if (!scanned)
         return scanned.error();
      if (!same || count != accounts_.all.size())
         return Error{Fault::storage, "the stored accounts are not those that follow from the chain"};
      report_.accounts = count;
      return {};
   }

   const ReadView &view_;
   const NetworkParams &network_;
   const VerifyOptions &options_;
   ReplayAccounts accounts_;
   StateSummary summary_;
   BlockIndex parent_;
   VerifyReport report_;
};

} // namespace

Result<VerifyReport> verify_chain(Store &store, const NetworkParams &network, const VerifyOptions &options) {
   auto view = store.read();
   if (!view)
      return view.error();
   return Replay(**view, network, options).run();
}

} // namespace nebula::chain
