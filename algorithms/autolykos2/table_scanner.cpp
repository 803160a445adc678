#include "table_scanner.h"

namespace nebula::autolykos2 {
namespace {

void fetch_first_elements(const Table &table, const Batch &batch) noexcept {
   for (unsigned l = 0; l < batch.lanes(); ++l)
      __builtin_prefetch(&table[batch.first_indices[l]]);
}

void take_first_elements(const Table &table, Batch &batch) noexcept {
   for (unsigned l = 0; l < batch.lanes(); ++l)
      batch.first_elements[l] = table[batch.first_indices[l]];
}

void fetch_terms(const Table &table, const Batch &batch) noexcept {
   for (unsigned l = 0; l < batch.lanes(); ++l)
      for (const std::uint32_t index : batch.indices[l])
         __builtin_prefetch(&table[index]);
}

void add_terms(const Table &table, Batch &batch) noexcept {
   for (unsigned l = 0; l < batch.lanes(); ++l) {
      Sum sum;
      for (const std::uint32_t index : batch.indices[l])
         sum.add(table[index]);
      batch.sums[l] = sum.number();
   }
}

} // namespace

void TableScanner::prepare(const neb_pow_epoch &epoch) {
   height_ = height_of(epoch);
   tableless_.prepare(epoch);
}

void TableScanner::prepare_ahead(const neb_pow_epoch &epoch) {
   prepare(epoch);
   tables_.build_ahead(height_);
}

void TableScanner::scan(const ScanRange &range, Hits &hits) {
   const std::shared_ptr<const Table> table = tables_.use(height_, range.nonce_count);
   if (table)
      scan_table(*table, range, hits);
   else
      tableless_.scan(range, hits);
}

void TableScanner::scan_table(const Table &table, const ScanRange &range, Hits &hits) {
   const Task task = task_of(range, height_, Modulus(table.size()));
   const unsigned lanes = batches_[0].lanes();
   const std::uint64_t groups = (range.nonce_count + lanes - 1) / lanes;
   for (std::uint64_t step = 0; step < groups + 2; ++step) {
      if (step < groups) {
         Batch &fresh = batches_[step % 3];
         fresh.begin(task, range.nonce_first + step * lanes);
         fetch_first_elements(table, fresh);
      }
      if (step >= 1 && step - 1 < groups) {
         Batch &seeded = batches_[(step - 1) % 3];
         take_first_elements(table, seeded);
         seeded.seed(task);
         fetch_terms(table, seeded);
      }
      if (step >= 2) {
         Batch &last = batches_[(step - 2) % 3];
         add_terms(table, last);
         last.finish();
         add_hits(last, range.nonce_count - (step - 2) * lanes, range.target, hits);
      }
   }
}

} // namespace nebula::autolykos2
