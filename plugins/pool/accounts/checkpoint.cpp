#include "accounts.h"

#include "update.h"

#include <algorithm>
#include <functional>

// The journal grows with each transaction; a checkpoint makes it short again without anybody waiting for it: rows that
// changed are written a few at a time along with the transactions of shares, then the journal up to the checkpoint's
// beginning is dropped.

namespace nebula::pool::accounts {
namespace {

/// Along with one transaction: a millisecond or two.
constexpr std::size_t k_rows_at_a_time = 1'024, k_events_at_a_time = 2'048;

} // namespace

Bytes Accounts::row_bytes(const Row &row) const {
   switch (row.table) {
   case Table::algorithms:
      return encode(algorithms_[row.number].row);
   case Table::workers:
      return encode(workers_[row.number].row);
   default:
      return encode(wallets_[row.number].row);
   }
}

void Accounts::begin_checkpoint() {
   cut_ = last_;
   for (std::size_t i = 0; i < algorithms_.size(); ++i)
      if (const Slice *slice = algorithms_[i].window.close())
         closed_slices_.emplace_back(static_cast<std::uint8_t>(i), *slice);
   writing_.swap(dirty_);
   // Neighbours lie in one page of the store.
   std::ranges::sort(writing_, std::greater<>(), [](const Row &row) { return std::pair(row.table, row.number); });
   for (const Row &row : writing_) {
      if (row.table == Table::algorithms)
         algorithms_[row.number].dirty = false;
      else if (row.table == Table::workers)
         workers_[row.number].dirty = false;
      else
         wallets_[row.number].dirty = false;
   }
}

void Accounts::write_some(Transaction &transaction) {
   if (!checkpoint_running())
      return;
   if (!closed_slices_.empty()) {
      const auto &[algorithm, slice] = closed_slices_.back();
      transaction.put(Table::slices, key_of(algorithm, slice.first), encode(slice));
      closed_slices_.pop_back();
      return;
   }
   if (!writing_.empty()) {
      for (std::size_t i = 0; i < k_rows_at_a_time && !writing_.empty(); ++i) {
         transaction.put(writing_.back().table, key_of(writing_.back().number), row_bytes(writing_.back()));
         writing_.pop_back();
      }
      return;
   }
   // The newest event stays: it tells how far the sequence has come.
   for (std::size_t i = 0; i < k_events_at_a_time && journal_first_ <= cut_ && journal_first_ < last_; ++i)
      transaction.erase(Table::journal, key_of(journal_first_++));
   if (journal_first_ <= cut_ && journal_first_ < last_)
      return;
   while (!droppable_splits_.empty() && droppable_splits_.front().after < journal_first_) {
      transaction.erase(Table::splits, key_of(droppable_splits_.front().block));
      droppable_splits_.pop_front();
   }
   for (std::size_t i = 0; i < algorithms_.size(); ++i) {
      const Algorithm &row = algorithms_[i].row;
      // Twice the window: the network's difficulty may grow.
      const auto change = algorithms_[i].window.trim(u128{row.network_difficulty} * rules_.window * 2);
      for (const Sequence first : change.erase)
         transaction.erase(Table::slices, key_of(i, first));
      for (const Slice &slice : change.put)
         transaction.put(Table::slices, key_of(i, slice.first), encode(slice));
   }
   cut_ = 0;
}

void Accounts::fold_some(Update &update) {
   while (unfolded_.size() > rules_.splits_kept) {
      const std::uint64_t number = unfolded_.front();
      unfolded_.pop_front();
      Block block;
      if (const auto known = blocks_.find(number); known != blocks_.end())
         block = known->second;
      else
         block = decode<Block>(*store_.read()->get(Table::blocks, key_of(number)));
      block.folded = true;
      update.put(block);
      if (const auto known = blocks_.find(number); known != blocks_.end())
         known->second.folded = true;
      update.event({Event::Kind::folded, number, {}});
      droppable_splits_.push_back({number, last_});
   }
}

void Accounts::tick(std::uint64_t now_s) {
   reopen_if_broken();
   const auto drop_settled = [](auto &all, const auto &open) {
      for (auto one = all.begin(); all.size() > k_recent + open.size() && one != all.end();)
         one = open.contains(one->first) ? std::next(one) : all.erase(one);
   };
   drop_settled(blocks_, open_blocks_);
   drop_settled(batches_, open_batches_);
   const std::uint64_t events = last_ + 1 - journal_first_;
   if (!checkpoint_running() && events > 1 &&
       (events >= rules_.checkpoint_events || now_s >= checkpoint_s_ + rules_.checkpoint_s)) {
      checkpoint_s_ = now_s;
      begin_checkpoint();
   }
   const bool fold = unfolded_.size() > rules_.splits_kept;
   if (!checkpoint_running() && !fold && logged_.empty())
      return;
   Update update(*this);
   if (fold)
      fold_some(update);
   update.commit();
}

} // namespace nebula::pool::accounts
