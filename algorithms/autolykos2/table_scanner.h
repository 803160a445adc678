#pragma once

/// Scans slices of jobs with the table: 33 reads of memory instead of 33 hashes of 8 KiB. Where there is no table yet,
/// without it.

#include <array>

#include "scanner.h"
#include "tables.h"

namespace nebula::autolykos2 {

class TableScanner final : public Scanner {
public:
   /// `tables` outlives the scanner.
   TableScanner(const Kernel &kernel, TableSizeRule rule, Tables &tables) noexcept
      : tables_(tables), tableless_(kernel, rule), batches_{Batch(kernel), Batch(kernel), Batch(kernel)} {}

   void prepare(const neb_pow_epoch &epoch) override;
   /// And begins to build the height's table.
   void prepare_ahead(const neb_pow_epoch &epoch) override;
   void scan(const ScanRange &range, Hits &hits) override;

private:
   void scan_table(const Table &table, const ScanRange &range, Hits &hits);

   Tables &tables_;
   TablelessScanner tableless_;
   std::uint32_t height_ = 0;
   /// One of them is begun, one waits for its first elements, one for its terms: what one waits for is fetched while
   /// the others hash.
   std::array<Batch, 3> batches_;
};

} // namespace nebula::autolykos2
