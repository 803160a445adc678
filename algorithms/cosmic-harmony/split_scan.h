#pragma once

/// A whole block in fewer operations than block_scan.h needs, by the tables of split_tables.h: up to round 3 it takes
/// 24 operations a vector, where block_scan.h takes 46.

#include <algorithm>
#include <cstdint>

#include "split_tables.h"

namespace nebula::cosmic_harmony {

#define NEBULA_INLINE [[gnu::always_inline]] inline

/// The first output word of each lane of the set at `i` in the run of `lower`.
template <class V, unsigned Streams>
NEBULA_INLINE void first_words_split(const Block &block, const LowerParts<V> &lower,
                                     const UpperParts<V, Streams> &upper, std::uint32_t i, V *y) noexcept {
   using Row = typename LowerParts<V>::Row;
   const auto sum = [&](const Row &row, V l) { return V::add(V::broadcast(&row[i]), l); };
   const auto mix = [&](const Row &row, V l) { return V::xor_(V::broadcast(&row[i]), l); };
   const std::uint32_t t3 = lower.carry_t3[i], s0 = lower.carry_s0[i], s3 = lower.carry_s3[i], s5 = lower.carry_s5[i];
   Lanes<V, Streams> lanes;
   auto &s = lanes.s;
   for (unsigned n = 0; n < Streams; ++n) {
      // What round 3 still needs of round 2.
      const V a = sum(lower.a, upper.a[n]), s4 = sum(lower.a, upper.s4[n]);
      s[5][n] = sum(lower.s5, upper.s5[n]);
      s[6][n] = V::add(mix(lower.word6, upper.word6[t3][n]), a);
      s[7][n] = V::add(mix(lower.word7, upper.word7[t3][n]), V::set1(block.t5));
      // Round 3.
      s[0][n] = sum(lower.next0, upper.next0[s0][n]);
      s[1][n] = sum(lower.next1, upper.next1[n]);
      s[2][n] = V::add(mix(lower.next2, upper.next2[s3][n]), s4);
      s[3][n] = V::add(mix(lower.next3, upper.next3[s3][n]), s[5][n]);
      s[4][n] = V::add(mix(lower.next4, upper.next4[s5][n]), s[6][n]);
      lanes.template step<5, 0>(n);
      lanes.template step<6, 0>(n);
      lanes.template step<7, 0>(n);
   }
   lanes.rounds_4_to_12();
   for (unsigned n = 0; n < Streams; ++n)
      y[n] = lanes.finish(n);
}

/// As scan_block, for a block to which SplitBlock applies.
template <class V, unsigned Streams>
NEBULA_INLINE bool scan_block_split(const Block &block, std::uint32_t target, std::uint64_t *found) noexcept {
   using Split = SplitBlock<V, Streams>;
   const Split split(block);
   LowerParts<V> lower;
   UpperParts<V, Streams> upper;
   bool any = false;
   for (std::uint32_t k = 0; k < Split::k_sets;) {
      const std::uint32_t end = std::min(split.segment_end(k), k + LowerParts<V>::k_capacity);
      split.upper(k, upper);
      split.lower(k, end - k, lower);
      for (std::uint32_t i = 0; i < end - k; ++i) {
         V y[Streams];
         first_words_split<V, Streams>(block, lower, upper, i, y);
         if (!V::template any_at_most<Streams>(y, target)) [[likely]]
            continue;
         any = true;
         for (unsigned n = 0; n < Streams; ++n)
            mark<V>(block, k + i + Split::k_sets * V::k_lanes * n, Split::k_sets, V::mask_at_most(y[n], target), found);
      }
      k = end;
   }
   return any;
}

#undef NEBULA_INLINE

} // namespace nebula::cosmic_harmony
