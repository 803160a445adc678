#include "connect.h"

#include "apply.h"

namespace nebula::chain {
namespace {

Result<void> write_places(WriteBatch &batch, const Block &block, const Hash &id) {
   std::uint32_t position = 0;
   for (const TransactionPtr &transaction : block.transactions) {
      if (auto put = put_place(batch, transaction->id, {id, position++}); !put)
         return put.error();
   }
   return {};
}

Result<void> write_changes(WriteBatch &batch, const std::vector<AccountChange> &changes) {
   for (const AccountChange &change : changes) {
      if (auto put = put_account(batch, change.address, change.after); !put)
         return put.error();
   }
   return {};
}

/// The undo records of the blocks that just became too deep to unwind: more than one when a branch won that is longer.
Result<void> prune_undo(WriteBatch &batch, std::uint64_t height) {
   for (;; --height) {
      auto id = main_id(batch, height);
      if (!id)
         return id.error();
      auto undo = *id ? batch.get(Table::undo, **id) : Result<std::optional<Bytes>>(std::nullopt);
      if (!undo)
         return undo.error();
      if (!*undo)
         return {};
      if (auto removed = batch.remove(Table::undo, **id); !removed)
         return removed.error();
   }
}

} // namespace

Result<void> connect_block(WriteBatch &batch, const NetworkParams &network, const Block &block, BlockIndex index,
                           StateSummary &state) {
   const StoredAccounts accounts(batch);
   StateView view(accounts, state);
   if (auto applied = apply_block(network, view, block); !applied)
      return applied.error();
   const std::vector<AccountChange> changes = view.changes();
   if (auto put = put_undo(batch, index.id, {state, changes}); !put)
      return put.error();
   if (auto put = write_changes(batch, changes); !put)
      return put.error();
   if (auto put = write_places(batch, block, index.id); !put)
      return put.error();
   if (auto put = batch.put(Table::heights, height_key(index.height), index.id); !put)
      return put.error();
   if (auto removed = batch.remove(Table::side, side_key(index.height, index.id)); !removed)
      return removed.error();
   index.status = BlockStatus::applied;
   if (auto put = put_index(batch, index); !put)
      return put.error();
   state = view.summary();
   return put_tip(batch, index.id, state);
}

Result<void> disconnect_block(WriteBatch &batch, const Block &block, const BlockIndex &index, StateSummary &state) {
   auto undo = need_undo(batch, index.id);
   if (!undo)
      return undo.error();
   for (const AccountChange &change : undo->changes) {
      if (auto put = put_account(batch, change.address, change.before); !put)
         return put.error();
   }
   for (const TransactionPtr &transaction : block.transactions) {
      if (auto removed = batch.remove(Table::transactions, transaction->id); !removed)
         return removed.error();
   }
   if (auto removed = batch.remove(Table::heights, height_key(index.height)); !removed)
      return removed.error();
   if (auto removed = batch.remove(Table::undo, index.id); !removed)
      return removed.error();
   if (auto put = batch.put(Table::side, side_key(index.height, index.id), {}); !put)
      return put.error();
   state = undo->before;
   return put_tip(batch, index.previous, state);
}

Result<void> prune(WriteBatch &batch, const NetworkParams &network, std::uint64_t tip_height) {
   if (tip_height <= network.max_reorg_depth)
      return {};
   const std::uint64_t deepest = tip_height - network.max_reorg_depth;
   if (auto pruned = prune_undo(batch, deepest); !pruned)
      return pruned.error();
   std::vector<Bytes> keys;
   auto scanned = batch.scan(Table::side, {}, height_key(deepest + 1), [&keys](ByteView key, ByteView) {
      keys.emplace_back(key.begin(), key.end());
      return true;
   });
   if (!scanned)
      return scanned.error();
   for (const Bytes &key : keys) {
      const ByteView id = ByteView(key).subspan(8);
      for (const auto &[table, row] :
           {std::pair(Table::side, ByteView(key)), {Table::blocks, id}, {Table::index, id}}) {
         if (auto removed = batch.remove(table, row); !removed)
            return removed.error();
      }
   }
   return {};
}

} // namespace nebula::chain
