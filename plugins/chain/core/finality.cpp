#include "finality.h"

#include "tables.h"

namespace nebula::chain {

Result<bool> is_final(const ReadView &view, const NetworkParams &network, const BlockIndex &block,
                      std::uint64_t tip_height) {
   if (block.height + network.max_reorg_depth <= tip_height || block.height == 0)
      return true;
   auto undo = view.get(Table::undo, block.id);
   if (!undo)
      return undo.error();
   return !undo->has_value();
}

Result<std::uint64_t> final_nonce(const ReadView &view, const Address &address) {
   auto account = StoredAccounts(view).account(address);
   auto id = stored_tip(view);
   if (!account || !id)
      return !account ? account.error() : id.error();
   std::uint64_t nonce = account->nonce;
   while (*id) {
      auto row = view.get(Table::undo, **id);
      if (!row)
         return row.error();
      if (!*row)
         break;
      auto undo = need_undo(view, **id);
      if (!undo)
         return undo.error();
      for (const AccountChange &change : undo->changes) {
         if (change.address == address)
            nonce = change.before.nonce;
      }
      auto index = need_index(view, **id);
      if (!index)
         return index.error();
      *id = index->previous;
   }
   return nonce;
}

} // namespace nebula::chain
