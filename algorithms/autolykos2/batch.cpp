#include "batch.h"

namespace nebula::autolykos2 {

DigestWords Batch::digest(unsigned lane) const noexcept {
   const unsigned n = kernel_.lanes;
   return {words_[lane], words_[n + lane], words_[2 * n + lane], words_[3 * n + lane]};
}

void Batch::begin(const Task &task, std::uint64_t first) noexcept {
   const unsigned n = kernel_.lanes;
   first_ = first;
   for (unsigned l = 0; l < n; ++l)
      task.message.input(first + l, [&](unsigned w, std::uint64_t word) { words_[w * n + l] = word; });
   kernel_.hash(Short::input, words_.data(), words_.data());
   for (unsigned l = 0; l < n; ++l)
      first_indices[l] = static_cast<std::uint32_t>(__builtin_bswap64(words_[3 * n + l]) % task.table_size.divisor());
}

void Batch::seed(const Task &task) noexcept {
   const unsigned n = kernel_.lanes;
   for (unsigned l = 0; l < n; ++l)
      task.message.seed(first_elements[l], first_ + l,
                        [&](unsigned w, std::uint64_t word) { words_[w * n + l] = word; });
   kernel_.hash(Short::seed, words_.data(), words_.data());
   for (unsigned l = 0; l < n; ++l)
      indices_of_seed(digest(l), task.table_size, indices[l].data());
}

void Batch::finish() noexcept {
   const unsigned n = kernel_.lanes;
   for (unsigned l = 0; l < n; ++l) {
      const DigestWords sum = words_of(sums[l]);
      for (unsigned w = 0; w < sum.size(); ++w)
         words_[w * n + l] = sum[w];
   }
   kernel_.hash(Short::sum, words_.data(), words_.data());
}

void Batch::write_digest(unsigned lane, std::uint8_t *out) const noexcept {
   const DigestWords words = digest(lane);
   std::memcpy(out, words.data(), sizeof words);
}

} // namespace nebula::autolykos2
