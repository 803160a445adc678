#include "range_scanner.h"

#include <algorithm>
#include <bit>

namespace nebula::cosmic_harmony {

neb_status RangeScanner::begin(const common::Job &job) {
   state_ = absorb(job.input);
   target_ = job.target;
   overflowed_ = false;
   return NEB_OK;
}

std::uint64_t RangeScanner::scan(std::uint64_t first, std::uint64_t count, common::HitList &hits) {
   const std::uint64_t chunk_last = first | ((std::uint64_t{1} << kernel_.chunk_bits) - 1);
   const std::uint64_t last = std::min(first + count - 1, chunk_last);
   const auto from = static_cast<std::uint32_t>(first), to = static_cast<std::uint32_t>(last);
   if (!filter(from, to))
      return last - first + 1;
   const std::uint64_t stopped_at = collect(from, to, hits);
   found_.fill(0);
   return stopped_at - first;
}

bool RangeScanner::filter(std::uint32_t first, std::uint32_t last) noexcept {
   constexpr std::uint32_t k_grain = 1u << k_block_bits_min;
   // In the low half only, where the end of the range (up to 65,536) cannot wrap.
   const std::uint32_t high = first & 0xFFFF0000u;
   std::uint32_t at = (first & 0xFFFFu) & ~(k_grain - 1);
   const std::uint32_t end = ((last & 0xFFFFu) | (k_grain - 1)) + 1;
   bool any = false;
   while (at < end) {
      const auto aligned = static_cast<unsigned>(at == 0 ? k_block_bits_max : std::countr_zero(at));
      const auto fitting = static_cast<unsigned>(std::bit_width(end - at)) - 1;
      const unsigned bits = std::min(aligned, fitting);
      any |= kernel_.scan(make_block(state_, high | at, bits), target_[0], found_.data());
      at += 1u << bits;
   }
   return any;
}

std::uint64_t RangeScanner::collect(std::uint32_t first, std::uint32_t last, common::HitList &hits) {
   for (std::uint32_t word = (first & 0xFFFFu) >> 6; word <= (last & 0xFFFFu) >> 6; ++word) {
      for (std::uint64_t marks = found_[word]; marks != 0; marks &= marks - 1) {
         const std::uint32_t nonce =
            (first & 0xFFFF0000u) | word << 6 | static_cast<std::uint32_t>(std::countr_zero(marks));
         if (nonce < first || nonce > last)
            continue;
         const State words = permute(state_, nonce);
         if (words > target_)
            continue;
         if (hits.full()) {
            overflowed_ = true;
            return nonce;
         }
         hits.add(nonce, to_bytes(words));
      }
   }
   return std::uint64_t{last} + 1;
}

} // namespace nebula::cosmic_harmony
