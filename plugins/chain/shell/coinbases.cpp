#include "coinbases.h"

#include "core/tables.h"

namespace nebula::chain {

Result<Coinbase> Coinbases::find(const ReadView &view, const Hash &block) {
   {
      const std::lock_guard lock(mutex_);
      if (const auto found = known_.find(block); found != known_.end())
         return found->second;
   }
   auto read = need_block(view, network_, block);
   if (!read)
      return read.error();
   const Coinbase &coinbase = *(*read)->transactions.front()->coinbase();
   const std::lock_guard lock(mutex_);
   if (known_.size() >= k_coinbases_kept)
      known_.clear();
   known_[block] = coinbase;
   return coinbase;
}

Result<Coinbases::Paid> Coinbases::paid(const ReadView &view, const Hash &block, const Address &to) {
   auto coinbase = find(view, block);
   if (!coinbase)
      return coinbase.error();
   Paid out{0, coinbase->bonus};
   for (const Output &output : coinbase->outputs) {
      if (output.to == to)
         out.reward += output.amount;
   }
   if (to == network_.recipients.bonus_fund)
      out.reward -= coinbase->bonus;
   return out;
}

Result<Amount> Coinbases::recent(const ReadView &view, unsigned depth, const Address &to) {
   auto id = stored_tip(view);
   if (!id)
      return id.error();
   Amount sum = 0;
   for (unsigned i = 0; i < depth && *id; ++i) {
      auto index = need_index(view, **id);
      if (!index)
         return index.error();
      if (index->height == 0)
         break; // the premine was never mined
      auto coinbase = find(view, **id);
      if (!coinbase)
         return coinbase.error();
      for (const Output &output : coinbase->outputs)
         sum += output.to == to ? output.amount : 0;
      *id = index->previous;
   }
   return sum;
}

} // namespace nebula::chain
