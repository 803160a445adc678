#include "scanner.h"

#include <algorithm>
#include <cstring>

namespace nebula::autolykos2 {

Task task_of(const ScanRange &range, std::uint32_t height, const Modulus &table_size) {
   if (range.nonce_bytes != k_nonce_bytes || range.nonce_offset != k_message_bytes ||
       range.input_bytes != k_input_bytes)
      throw Error(NEB_E_INVALID, "autolykos2 takes a message of 32 bytes and a nonce of 8 after it");
   return {MessageWords(range.input), height, table_size};
}

std::uint32_t height_of(const neb_pow_epoch &epoch) {
   if (epoch.height > k_height_max)
      throw Error(NEB_E_INVALID, "autolykos2 hashes heights as four bytes; ", epoch.height, " is too large");
   return static_cast<std::uint32_t>(epoch.height);
}

void add_hits(const Batch &batch, std::uint64_t count, const std::uint8_t *target, Hits &hits) {
   std::uint64_t top;
   std::memcpy(&top, target, sizeof top);
   top = __builtin_bswap64(top);
   for (unsigned l = 0; l < batch.lanes() && l < count; ++l) {
      if (batch.top(l) > top)
         continue;
      Digest digest;
      batch.write_digest(l, digest.data());
      if (meets_target(digest.data(), NEB_POW_ORDER_BIG, target))
         hits.add(batch.nonce(l), digest.data());
   }
}

void TablelessScanner::prepare(const neb_pow_epoch &epoch) {
   height_ = height_of(epoch);
   table_size_ = Modulus(rule_(height_));
}

void TablelessScanner::scan(const ScanRange &range, Hits &hits) {
   const Task task = task_of(range, height_, table_size_);
   for (std::uint64_t done = 0; done < range.nonce_count; done += kernel_.lanes) {
      hash_batch(task, range.nonce_first + done);
      add_hits(batch_, range.nonce_count - done, range.target, hits);
   }
}

void TablelessScanner::hash_batch(const Task &task, std::uint64_t first) {
   batch_.begin(task, first);
   kernel_.elements(batch_.first_indices.data(), task.height, batch_.first_elements.data());
   batch_.seed(task);
   for (unsigned l = 0; l < kernel_.lanes; ++l) {
      // The terms of one nonce, by as many as there are lanes: 32 is a multiple of that.
      Sum sum;
      for (unsigned k = 0; k < k_terms; k += kernel_.lanes) {
         std::array<Number, k_lanes_max> terms;
         kernel_.elements(&batch_.indices[l][k], task.height, terms.data());
         for (unsigned i = 0; i < kernel_.lanes; ++i)
            sum.add(terms[i]);
      }
      batch_.sums[l] = sum.number();
   }
   batch_.finish();
}

} // namespace nebula::autolykos2
