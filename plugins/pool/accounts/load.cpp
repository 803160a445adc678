#include "accounts.h"

#include <algorithm>

namespace nebula::pool::accounts {
namespace {

/// Visits a whole table; what cannot be read is named.
template <class Row, class Each>
void rows(const Transaction &store, Table table, const Each &each) {
   store.range(table, {}, false, [&](ByteView key, ByteView value) {
      try {
         each(key, decode<Row>(value));
      } catch (const Error &error) {
         std::string name;
         for (std::size_t place = 0; place * 8 + 8 <= key.size(); ++place)
            name += ' ' + std::to_string(number_of_key(key, place));
         throw Error(NEB_E_CORRUPT, "the pool's ledger is damaged: ", k_table_names[static_cast<std::size_t>(table)],
                     name, ": ", error.what());
      }
      return true;
   });
}

/// Rows that are numbered without gaps.
template <class Row, class Each>
void numbered(const Transaction &store, Table table, const Each &each) {
   std::uint64_t next = 0;
   rows<Row>(store, table, [&](ByteView key, Row row) {
      if (number_of_key(key) != next++)
         RecordReader::fail("the one before it is missing");
      each(std::move(row));
   });
}

void refer(bool good, const char *what) {
   if (!good)
      throw Error(NEB_E_CORRUPT, "it refers to ", what, " that is missing");
}

} // namespace

void Accounts::clear() {
   algorithms_.clear();
   wallets_.clear();
   workers_.clear();
   wallet_numbers_.clear();
   worker_numbers_.clear();
   fresh_.clear();
   logged_.clear();
   blocks_.clear();
   open_blocks_.clear();
   batches_.clear();
   open_batches_.clear();
   next_block_ = next_batch_ = 1;
   std::ranges::fill(block_counts_, 0);
   unfolded_.clear();
   droppable_splits_.clear();
   network_fees_ = {};
   last_ = cut_ = 0;
   journal_first_ = 1;
   dirty_.clear();
   writing_.clear();
   closed_slices_.clear();
}

void Accounts::load() {
   clear();
   load_store();
   load_log();
}

/// Behind what the store has. What it has already may be there as well.
void Accounts::load_log() {
   Log *log = store_.log();
   if (!log)
      return;
   log->each([&](std::uint64_t number, ByteView record) {
      if (number <= last_)
         return;
      if (number != last_ + 1)
         throw Error(NEB_E_CORRUPT, "the pool's ledger is damaged: its log goes on at ", number, ", its store ends at ",
                     last_, ": they are not of one time");
      const Event event = decode<Event>(record);
      if (event.kind != Event::Kind::shares)
         throw Error(NEB_E_CORRUPT, "the pool's ledger is damaged: record ", number, " of its log is none of shares");
      apply_logged(event, number);
      last_ = number;
      logged_.emplace_back(number, Bytes(record.begin(), record.end()));
   });
}

void Accounts::load_store() {
   {
      const auto store = store_.read();
      if (const auto kept = store->get(Table::meta, common::as_bytes("identity")))
         identity_ = common::as_text(*kept);
      else
         identity_.clear();
   }
   if (identity_.empty()) {
      Wallet pool; // the pool itself, number 0
      const auto transaction = store_.write();
      transaction->put(Table::meta, common::as_bytes("identity"), common::as_bytes(wanted_identity_));
      transaction->put(Table::wallets, key_of(0), encode(pool));
      transaction->commit();
      identity_ = wanted_identity_;
   }
   const auto store = store_.read();
   numbered<Algorithm>(*store, Table::algorithms,
                       [&](Algorithm row) { algorithms_.emplace_back().row = std::move(row); });
   numbered<Wallet>(*store, Table::wallets, [&](Wallet row) {
      for (const auto &[algorithm, work] : row.round)
         refer(algorithm < algorithms_.size(), "an algorithm");
      wallet_numbers_.emplace(row.name, static_cast<std::uint32_t>(wallets_.size()));
      wallets_.emplace_back().row = std::move(row);
   });
   if (wallets_.empty())
      throw Error(NEB_E_CORRUPT, "the pool's ledger is damaged: the pool's own wallet is missing");
   numbered<Worker>(*store, Table::workers, [&](Worker row) {
      refer(row.wallet < wallets_.size(), "a wallet");
      refer(row.algorithm < algorithms_.size(), "an algorithm");
      const auto number = static_cast<std::uint32_t>(workers_.size());
      worker_numbers_.emplace(std::pair(std::uint64_t{row.wallet} << 8 | row.algorithm, row.name), number);
      wallets_[row.wallet].workers.push_back(number);
      workers_.emplace_back().row = std::move(row);
   });
   rows<Slice>(*store, Table::slices, [&](ByteView key, Slice slice) {
      const std::uint64_t of = number_of_key(key);
      refer(of < algorithms_.size(), "an algorithm");
      for (const auto &[wallet, work] : slice.work)
         refer(wallet < wallets_.size(), "a wallet");
      algorithms_[of].window.load(std::move(slice));
   });
   rows<Block>(*store, Table::blocks, [&](ByteView, Block row) {
      refer(row.worker < workers_.size(), "a worker");
      refer(row.algorithm < algorithms_.size(), "an algorithm");
      next_block_ = row.number + 1;
      ++block_counts_[static_cast<std::size_t>(row.state)];
      if (row.state == BlockState::mature && !row.folded)
         unfolded_.push_back(row.number);
      if (row.state != BlockState::mature && row.state != BlockState::lost)
         open_blocks_.emplace(row.number, OpenBlock{});
      blocks_.emplace(row.number, std::move(row));
   });
   rows<Split>(*store, Table::splits, [&](ByteView key, Split split) {
      const std::uint64_t number = number_of_key(key);
      const auto block = blocks_.find(number);
      refer(block != blocks_.end(), "a block");
      for (const Split::Part &part : split.parts)
         refer(part.wallet < wallets_.size(), "a wallet");
      const auto open = open_blocks_.find(number);
      if (open != open_blocks_.end()) {
         open->second.split = std::move(split);
         if (block->second.state == BlockState::pending)
            show_immature(open->second.split, true);
      }
   });
   rows<Batch>(*store, Table::batches, [&](ByteView, Batch row) {
      next_batch_ = row.number + 1;
      if (row.state == BatchState::paid)
         (row.fund == Fund::main ? network_fees_.main : network_fees_.bonus) += row.fee;
      if (row.state == BatchState::created || row.state == BatchState::sent) {
         const auto payments = store->get(Table::payments, key_of(row.number));
         refer(payments.has_value(), "payments");
         open_batches_.emplace(row.number, OpenBatch{decode<Payments>(*payments), 0, 0});
         for (const auto &[wallet, amount] : open_batches_.at(row.number).payments.to)
            refer(wallet < wallets_.size(), "a wallet");
      }
      batches_.emplace(row.number, std::move(row));
   });
   bool first = true;
   rows<Event>(*store, Table::journal, [&](ByteView key, const Event &event) {
      last_ = number_of_key(key);
      if (first)
         journal_first_ = last_;
      first = false;
      apply(event, last_, *store);
   });
   store->range(Table::splits, {}, false, [&](ByteView key, ByteView) {
      if (const std::uint64_t number = number_of_key(key); blocks_.at(number).folded)
         droppable_splits_.push_back({number, last_});
      return true;
   });
}

} // namespace nebula::pool::accounts
