#pragma once

/// A whole store as one string of bytes, for the fuzz target that reads damaged ledgers, and for its seeds.

#include "memory_store.h"

#include "accounts/codec.h"

namespace nebula::pool::accounts::test {

inline Bytes dump(const MemoryStore::Tables &tables) {
   RecordWriter out;
   for (std::size_t table = 0; table < tables.size(); ++table)
      for (const auto &[key, value] : tables[table])
         out.number(table).text(common::as_text(key)).text(common::as_text(value));
   return out.bytes();
}

/// Throws where the bytes are no dump.
inline MemoryStore::Tables undump(ByteView bytes) {
   MemoryStore::Tables out;
   const auto taken = [](const std::string &text) { return Bytes(text.begin(), text.end()); };
   RecordReader in(bytes);
   while (!in.at_end()) {
      auto &rows = out[in.number(k_table_count - 1)];
      Bytes key = taken(in.text());
      rows[std::move(key)] = taken(in.text());
   }
   return out;
}

} // namespace nebula::pool::accounts::test
