#include "chain.h"

#include "apply.h"
#include "connect.h"
#include "networks.h"

#include "common/hex.h"

#include <algorithm>

namespace nebula::chain {
namespace {

/// Reads of no account: what genesis applies to.
class NoAccounts final : public AccountSource {
public:
   [[nodiscard]] Result<Account> account(const Address &) const override { return Account{}; }
};

Result<std::size_t> side_count(const ReadView &view) {
   std::size_t count = 0;
   auto scanned = view.scan(Table::side, {}, {}, [&count](ByteView, ByteView) { return ++count < k_max_side_blocks; });
   if (!scanned)
      return scanned.error();
   return count;
}

} // namespace

bool signatures_valid_one_by_one(const std::vector<TransactionPtr> &transfers) {
   return std::ranges::all_of(transfers, [](const TransactionPtr &one) { return signature_is_valid(*one); });
}

Result<std::unique_ptr<Chain>> Chain::open(NetworkParams network, Store &store) {
   std::unique_ptr<Chain> out(new Chain(std::move(network), store));
   const Block genesis = genesis_block(out->network_);
   if (block_id(genesis.header, genesis.proof) != genesis_id(out->network_))
      return invalid("the parameters of network " + out->network_.name + " do not give its genesis block");
   auto view = store.read();
   if (!view)
      return view.error();
   auto tip = stored_tip(**view);
   if (!tip)
      return tip.error();
   auto parameters = stored_parameters(**view);
   if (!parameters)
      return parameters.error();
   if (*tip && *parameters != parameters_hash(out->network_))
      return invalid("the data folder holds a chain with other parameters than network " + out->network_.name +
                     " has here (network, or admitted algorithms): use the same configuration or another data folder");
   view->reset();
   if (!*tip) {
      if (auto written = out->write_genesis(); !written)
         return written.error();
   }
   if (auto loaded = out->reload(); !loaded)
      return loaded.error();
   return out;
}

Result<void> Chain::write_genesis() {
   const Block genesis = genesis_block(network_);
   const NoAccounts nobody;
   StateView state(nobody, {});
   if (auto applied = apply_genesis(state, genesis); !applied)
      return applied.error();
   const BlockIndex index = genesis_index(network_, genesis);
   auto batch = store_.write();
   if (!batch)
      return batch.error();
   for (const AccountChange &change : state.changes()) {
      if (auto put = put_account(**batch, change.address, change.after); !put)
         return put.error();
   }
   if (auto put = (*batch)->put(Table::blocks, index.id, encode_block(genesis)); !put)
      return put.error();
   if (auto put = (*batch)->put(Table::heights, height_key(0), index.id); !put)
      return put.error();
   if (auto put = put_place(**batch, genesis.transactions.front()->id, {index.id, 0}); !put)
      return put.error();
   if (auto put = put_index(**batch, index); !put)
      return put.error();
   if (auto put = put_parameters(**batch, parameters_hash(network_)); !put)
      return put.error();
   if (auto put = put_tip(**batch, index.id, state.summary()); !put)
      return put.error();
   return (*batch)->commit();
}

Result<void> Chain::reload() {
   auto view = store_.read();
   if (!view)
      return view.error();
   auto tip = stored_tip(**view);
   if (!tip)
      return tip.error();
   if (!*tip)
      return Error{Fault::storage, "the store lost its tip"};
   auto index = need_index(**view, **tip);
   if (!index)
      return index.error();
   auto state = stored_summary(**view);
   if (!state)
      return state.error();
   auto block = need_block(**view, network_, index->id);
   if (!block)
      return block.error();
   if ((*block)->header.state_root != state->root() || index->status != BlockStatus::applied)
      return Error{Fault::storage, "the stored state is not that of the stored tip " + common::to_hex(index->id) +
                                      ": restore a backup or remove the data folder and resynchronise"};
   tip_ = std::move(*index);
   state_ = std::move(*state);
   return {};
}

Result<BlockIndex> Chain::judge_block(const ReadView &view, const Block &block, const Judge &judge,
                                      std::uint64_t now_s) const {
   if (auto form = check_block_form(network_, block); !form)
      return form.error();
   const Hash id = block_id(block.header, block.proof);
   auto known = find_index(view, id);
   if (!known)
      return known.error();
   if (*known)
      return (*known)->status == BlockStatus::invalid ? invalid("the block was found invalid before")
                                                      : Error{Fault::duplicate, "the block is known"};
   auto parent = find_index(view, block.header.previous);
   if (!parent)
      return parent.error();
   if (!*parent)
      return Error{Fault::unknown_parent,
                   "the block's parent " + common::to_hex(block.header.previous) + " is unknown"};
   if ((*parent)->status == BlockStatus::invalid)
      return invalid("the block's parent is invalid");
   if (auto place = check_header_place(view, network_, **parent, block.header, now_s); !place)
      return place.error();
   const AlgorithmParams &algorithm = *network_.algorithm(block.header.algorithm);
   auto epoch = epoch_at(view, algorithm, block.header.height);
   if (!epoch)
      return epoch.error();
   if (auto pow = check_pow(algorithm, *epoch, block.header, block.proof, *judge.hasher); !pow)
      return pow.error();
   const std::vector<TransactionPtr> transfers(block.transactions.begin() + 1, block.transactions.end());
   if (!judge.signatures_valid(transfers))
      return invalid("a transfer's signature is not valid");
   return make_index(network_, **parent, block);
}

/// The entries from the first block that is not in the main chain up to `index`, oldest first.
Result<std::vector<BlockIndex>> Chain::branch_of(const ReadView &view, const BlockIndex &index) const {
   std::vector<BlockIndex> branch = {index};
   for (;;) {
      auto parent = find_index(view, branch.back().previous);
      if (!parent)
         return parent.error();
      auto reached = *parent ? in_main_chain(view, **parent) : Result<bool>(false);
      if (!reached)
         return reached.error();
      const std::uint64_t fork_height = branch.back().height - 1;
      if (!*parent || fork_height + network_.max_reorg_depth < tip_.height)
         return Error{Fault::too_late, "the block forks more than " + std::to_string(network_.max_reorg_depth) +
                                          " blocks below the tip, which is final here"};
      if (*reached)
         break;
      branch.push_back(std::move(**parent));
   }
   std::ranges::reverse(branch);
   return branch;
}

Result<Added> Chain::add(const BlockPtr &block, const Judge &judge, std::uint64_t now_s) {
   auto view = store_.read();
   if (!view)
      return view.error();
   auto index = judge_block(**view, *block, judge, now_s);
   if (!index)
      return index.error();
   auto branch = branch_of(**view, *index);
   if (!branch)
      return branch.error();
   view->reset(); // no read transaction is held while writing
   Result<Added> out = Added{Added::Kind::side, *index, {}, {}};
   if (index->total_work > tip_.total_work) {
      out = move_to(block, *branch);
   } else if (auto stored = store_side(*block, *index); !stored) {
      out = stored.error();
   }
   if (!out && out.error().fault == Fault::storage) {
      // The commit may have happened or not: what the store has is what counts.
      if (auto loaded = reload(); !loaded)
         return loaded.error();
   }
   return out;
}

Result<void> Chain::store_side(const Block &block, const BlockIndex &index) {
   auto batch = store_.write();
   if (!batch)
      return batch.error();
   auto count = side_count(**batch);
   if (!count)
      return count.error();
   if (*count >= k_max_side_blocks)
      return Error{Fault::full, "1024 blocks outside the main chain are kept already"};
   if (auto put = (*batch)->put(Table::blocks, index.id, encode_block(block)); !put)
      return put.error();
   if (auto put = put_index(**batch, index); !put)
      return put.error();
   if (auto put = (*batch)->put(Table::side, side_key(index.height, index.id), {}); !put)
      return put.error();
   return (*batch)->commit();
}

Result<Added> Chain::move_to(const BlockPtr &block, const std::vector<BlockIndex> &branch) {
   auto batch = store_.write();
   if (!batch)
      return batch.error();
   const BlockIndex &target = branch.back();
   if (auto put = (*batch)->put(Table::blocks, target.id, encode_block(*block)); !put)
      return put.error();
   Added out{Added::Kind::extended, target, {}, {}};
   StateSummary state = state_;
   if (auto unwound = unwind(**batch, branch.front().height - 1, state, out); !unwound)
      return unwound.error();
   std::size_t failed = 0;
   if (auto wound = wind(**batch, block, branch, state, out, failed); !wound) {
      batch->reset();
      if (wound.error().fault == Fault::storage)
         return wound.error();
      if (auto marked = mark_invalid(*block, branch, failed); !marked)
         return marked.error();
      return wound.error();
   }
   if (auto pruned = prune(**batch, network_, target.height); !pruned)
      return pruned.error();
   if (auto committed = (*batch)->commit(); !committed)
      return committed.error();
   tip_ = target;
   tip_.status = out.index.status = BlockStatus::applied;
   state_ = std::move(state);
   if (!out.disconnected.empty())
      out.kind = Added::Kind::reorganised;
   return out;
}

Result<void> Chain::unwind(WriteBatch &batch, std::uint64_t fork_height, StateSummary &state, Added &out) const {
   BlockIndex current = tip_;
   while (current.height > fork_height) {
      auto block = need_block(batch, network_, current.id);
      if (!block)
         return block.error();
      if (auto done = disconnect_block(batch, **block, current, state); !done)
         return done.error();
      out.disconnected.push_back(std::move(*block));
      auto previous = need_index(batch, current.previous);
      if (!previous)
         return previous.error();
      current = std::move(*previous);
   }
   return {};
}

/// `failed` is the place in the branch of the block that did not apply.
Result<void> Chain::wind(WriteBatch &batch, const BlockPtr &block, const std::vector<BlockIndex> &branch,
                         StateSummary &state, Added &out, std::size_t &failed) const {
   for (failed = 0; failed < branch.size(); ++failed) {
      const BlockIndex &index = branch[failed];
      Result<BlockPtr> next =
         failed + 1 == branch.size() ? Result<BlockPtr>(block) : need_block(batch, network_, index.id);
      if (!next)
         return next.error();
      if (auto connected = connect_block(batch, network_, **next, index, state); !connected)
         return connected.error();
      out.connected.push_back(std::move(*next));
   }
   return {};
}

/// Remembers which blocks of a branch cannot be part of any chain, so that nobody computes them twice. The new block's
/// bytes are not kept.
Result<void> Chain::mark_invalid(const Block &block, const std::vector<BlockIndex> &branch, std::size_t from) {
   auto batch = store_.write();
   if (!batch)
      return batch.error();
   for (std::size_t i = from; i < branch.size(); ++i) {
      BlockIndex index = branch[i];
      index.status = BlockStatus::invalid;
      if (auto put = put_index(**batch, index); !put)
         return put.error();
   }
   const BlockIndex &last = branch.back();
   if (auto put = (*batch)->put(Table::side, side_key(block.header.height, last.id), {}); !put)
      return put.error();
   return (*batch)->commit();
}

} // namespace nebula::chain
