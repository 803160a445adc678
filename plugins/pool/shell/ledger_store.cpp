#include "ledger_store.h"

#include <nebula/node.hpp>
#include <nebula/text.hpp>

namespace nebula::pool {
namespace {

using accounts::Bytes;
using accounts::ByteView;
using accounts::Table;

constexpr std::uint32_t k_schema_version = 1;

neb_bytes wire(ByteView bytes) {
   return {bytes.data(), bytes.size()};
}
ByteView view_of(neb_bytes bytes) {
   return {bytes.ptr, static_cast<std::size_t>(bytes.len)};
}

class KvTransaction final : public accounts::Transaction {
public:
   explicit KvTransaction(nebula::Transaction inner) : inner_(std::move(inner)) {}

   std::optional<Bytes> get(Table table, ByteView key) const override {
      const auto value = inner_.get(static_cast<std::uint32_t>(table), wire(key));
      if (!value)
         return std::nullopt;
      const ByteView bytes = view_of(*value);
      return Bytes(bytes.begin(), bytes.end());
   }
   void range(Table table, ByteView from, bool backwards, const Visit &visit) const override {
      const auto each = [&](neb_bytes key, neb_bytes value) { return visit(view_of(key), view_of(value)); };
      inner_.range(static_cast<std::uint32_t>(table), backwards ? neb_bytes{} : wire(from),
                   backwards ? wire(from) : neb_bytes{}, each, backwards);
   }
   void put(Table table, ByteView key, ByteView value) override {
      inner_.put(static_cast<std::uint32_t>(table), wire(key), wire(value));
   }
   void erase(Table table, ByteView key) override { (void)inner_.erase(static_cast<std::uint32_t>(table), wire(key)); }
   void commit() override { inner_.commit(); }

private:
   nebula::Transaction inner_;
};

} // namespace

void LedgerStore::open() {
   const auto &names = accounts::k_table_names;
   static_assert(accounts::k_table_count == 10);
   kv_.open(k_schema_version,
            {names[0], names[1], names[2], names[3], names[4], names[5], names[6], names[7], names[8], names[9]});
   if (host_.find<neb_ext_node>(NEB_EXT_NODE))
      log_.emplace(concat(Node(host_).data_dir(), "/shares.log"));
}

std::unique_ptr<accounts::Transaction> LedgerStore::read() const {
   return std::make_unique<KvTransaction>(kv_.read());
}

std::unique_ptr<accounts::Transaction> LedgerStore::write() {
   return std::make_unique<KvTransaction>(kv_.write());
}

} // namespace nebula::pool
