#pragma once

/// One transaction of the accounts: events are applied as they are written; what is in the log comes along, and some
/// rows of a checkpoint under way. Left without commit, whatever was changed in memory is void: the accounts read
/// everything anew.

#include "accounts.h"

namespace nebula::pool::accounts {

class Accounts::Update {
public:
   explicit Update(Accounts &accounts) : accounts_(accounts), transaction_(accounts.store_.write()) {}
   Update(const Update &) = delete;
   Update &operator=(const Update &) = delete;
   ~Update() {
      if (!committed_)
         accounts_.broken_ = true;
   }

   void event(const Event &event) {
      const Sequence at = ++accounts_.last_;
      transaction_->put(Table::journal, key_of(at), encode(event));
      accounts_.apply(event, at, *transaction_);
   }
   void put(const Block &block) { transaction_->put(Table::blocks, key_of(block.number), encode(block)); }
   void put(const Batch &batch) { transaction_->put(Table::batches, key_of(batch.number), encode(batch)); }
   void put(std::uint64_t block, const Split &split) { transaction_->put(Table::splits, key_of(block), encode(split)); }
   void put(std::uint64_t batch, const Payments &payments) {
      transaction_->put(Table::payments, key_of(batch), encode(payments));
   }
   void erase_block(std::uint64_t number) {
      transaction_->erase(Table::blocks, key_of(number));
      transaction_->erase(Table::splits, key_of(number));
   }

   void commit() {
      for (const auto &[number, event] : accounts_.logged_)
         transaction_->put(Table::journal, key_of(number), event);
      for (const Row &row : accounts_.fresh_)
         transaction_->put(row.table, key_of(row.number), accounts_.row_bytes(row));
      accounts_.write_some(*transaction_);
      transaction_->commit();
      accounts_.fresh_.clear();
      accounts_.logged_.clear();
      if (Log *log = accounts_.store_.log())
         log->restart();
      committed_ = true;
   }

private:
   Accounts &accounts_;
   std::unique_ptr<Transaction> transaction_;
   bool committed_ = false;
};

} // namespace nebula::pool::accounts
