#include "range_scanner.h"

#include <algorithm>
#include <bit>

#include "algorithms.h"

namespace nebula::cosmic_harmony {

void RangeScanner::scan(const ScanRange &range, Hits &hits) {
   if (range.nonce_bytes != k_nonce_bytes || range.nonce_offset + k_nonce_bytes != range.input_bytes)
      throw Error(NEB_E_INVALID, "cosmic-harmony takes a 4-byte nonce after the message");
   state_ = absorb({range.input, range.nonce_offset});
   target_ = common::words_of_big(range.target);
   const std::uint64_t end = range.nonce_first + range.nonce_count;
   for (std::uint64_t first = range.nonce_first; first < end;) {
      const std::uint64_t half_last = std::min(first | 0xFFFFu, end - 1);
      scan_half(static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(half_last), hits);
      first = half_last + 1;
   }
}

void RangeScanner::scan_half(std::uint32_t first, std::uint32_t last, Hits &hits) {
   if (filter(first, last))
      collect(first, last, hits);
}

bool RangeScanner::filter(std::uint32_t first, std::uint32_t last) noexcept {
   constexpr std::uint32_t k_grain = 1u << k_block_bits_min;
   // In the low half only, where the end of the range (up to 65,536) cannot wrap.
   const std::uint32_t high = first & 0xFFFF0000u;
   std::uint32_t at = (first & 0xFFFFu) & ~(k_grain - 1);
   const std::uint32_t end = ((last & 0xFFFFu) | (k_grain - 1)) + 1;
   bool any = false;
   while (at < end) {
      // The largest block that is aligned here and ends in time.
      const auto aligned = at == 0 ? k_block_bits_max : static_cast<unsigned>(std::countr_zero(at));
      const auto fitting = static_cast<unsigned>(std::bit_width(end - at)) - 1;
      const unsigned bits = std::min(aligned, fitting);
      any |= scan_block_(make_block(state_, high | at, bits), target_[0], found_.data());
      at += 1u << bits;
   }
   return any;
}

void RangeScanner::collect(std::uint32_t first, std::uint32_t last, Hits &hits) {
   for (std::uint32_t word = (first & 0xFFFFu) >> 6; word <= (last & 0xFFFFu) >> 6; ++word) {
      for (std::uint64_t marks = found_[word]; marks != 0; marks &= marks - 1) {
         const std::uint32_t nonce =
            (first & 0xFFFF0000u) | word << 6 | static_cast<std::uint32_t>(std::countr_zero(marks));
         if (nonce < first || nonce > last)
            continue;
         const State words = permute(state_, nonce);
         if (words <= target_)
            hits.add(nonce, to_bytes(words).data());
      }
   }
   found_.fill(0);
}

} // namespace nebula::cosmic_harmony
