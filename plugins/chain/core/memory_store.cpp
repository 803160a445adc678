#include "memory_store.h"

namespace nebula::chain {
namespace {

using Rows = MemoryStore::Rows;
using Tables = MemoryStore::Tables;

Bytes owned(ByteView view) {
   return {view.begin(), view.end()};
}

const Rows &rows_of(const Tables &tables, Table table) {
   return tables[static_cast<std::size_t>(table)];
}

std::optional<Bytes> find(const Rows &rows, ByteView key) {
   const auto found = rows.find(owned(key));
   return found == rows.end() ? std::nullopt : std::optional(found->second);
}

void visit_rows(const Rows &rows, ByteView from, ByteView to, const PairVisitor &visit) {
   const auto end = to.empty() ? rows.end() : rows.lower_bound(owned(to));
   for (auto row = rows.lower_bound(owned(from)); row != end; ++row) {
      if (!visit(row->first, row->second))
         return;
   }
}

class View final : public ReadView {
public:
   explicit View(const Tables &tables) : tables_(tables) {}
   Result<std::optional<Bytes>> get(Table table, ByteView key) const override {
      return find(rows_of(tables_, table), key);
   }
   Result<void> scan(Table table, ByteView from, ByteView to, const PairVisitor &visit) const override {
      visit_rows(rows_of(tables_, table), from, to, visit);
      return {};
   }

private:
   const Tables &tables_;
};

/// Keeps what it replaced, and puts it back when it ends without a commit.
class Batch final : public WriteBatch {
public:
   explicit Batch(Tables &tables) : tables_(tables) {}
   ~Batch() override {
      for (; !replaced_.empty(); replaced_.pop_back()) {
         Replaced &last = replaced_.back();
         if (last.value)
            rows(last.table)[last.key] = std::move(*last.value);
         else
            rows(last.table).erase(last.key);
      }
   }
   Result<std::optional<Bytes>> get(Table table, ByteView key) const override {
      return find(rows_of(tables_, table), key);
   }
   Result<void> scan(Table table, ByteView from, ByteView to, const PairVisitor &visit) const override {
      visit_rows(rows_of(tables_, table), from, to, visit);
      return {};
   }
   Result<void> put(Table table, ByteView key, ByteView value) override {
      remember(table, key);
      rows(table)[owned(key)] = owned(value);
      return {};
   }
   Result<void> remove(Table table, ByteView key) override {
      remember(table, key);
      rows(table).erase(owned(key));
      return {};
   }
   Result<void> commit() override {
      replaced_.clear();
      return {};
   }

private:
   struct Replaced {
      Table table;
      Bytes key;
      std::optional<Bytes> value;
   };
   Rows &rows(Table table) { return tables_[static_cast<std::size_t>(table)]; }
   void remember(Table table, ByteView key) { replaced_.push_back({table, owned(key), find(rows(table), key)}); }

   Tables &tables_;
   std::vector<Replaced> replaced_;
};

} // namespace

Result<std::unique_ptr<ReadView>> MemoryStore::read() {
   return std::unique_ptr<ReadView>(std::make_unique<View>(tables_));
}
Result<std::unique_ptr<WriteBatch>> MemoryStore::write() {
   return std::unique_ptr<WriteBatch>(std::make_unique<Batch>(tables_));
}

} // namespace nebula::chain
