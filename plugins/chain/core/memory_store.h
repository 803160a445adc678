#pragma once

/// A store in memory: for `chain verify`, tests and simulations. Not for concurrent use; a view sees later commits.

#include "store.h"

#include <map>

namespace nebula::chain {

class MemoryStore final : public Store {
public:
   using Rows = std::map<Bytes, Bytes>;
   using Tables = std::array<Rows, k_table_count>;

   [[nodiscard]] Result<std::unique_ptr<ReadView>> read() override;
   [[nodiscard]] Result<std::unique_ptr<WriteBatch>> write() override;

   [[nodiscard]] const Rows &rows(Table table) const { return tables_[static_cast<std::size_t>(table)]; }
   [[nodiscard]] Rows &rows(Table table) { return tables_[static_cast<std::size_t>(table)]; }

private:
   Tables tables_;
};

} // namespace nebula::chain
