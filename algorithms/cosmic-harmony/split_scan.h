#pragma once

/// A whole block in fewer operations than block_scan.h needs, for blocks large enough to pay for tables.
///
/// Lane j of the k-th vector takes m = k + K j, where K is the block's count over the lanes. Then the free variable
/// a = base + 32 m consists of two parts without a common bit: below bit log2(32 K) a function of k only, above it a
/// function of j, and of one carry that k causes once on its way from 0 to K. The same holds for a plus any constant,
/// and an xor with a constant and a rotation keep the parts apart. So
///
///    rotl(x ^ constant, 5) = S[k] + L[j]     for x = a + constant
///
/// exactly, and sums of such terms are of that form again. Three words after round 2, one inside it, and word 1 of
/// round 3 become one addition each: of a register L and a number S[k] from a table, broadcast by the load itself.
/// Between two carries, of the four values of x in use, nothing in L changes: at most five such segments make a block.
///
/// A vector type V offers, beside what block_scan.h asks: `and_`, `iota` (0, 1, 2, ...), `broadcast` from memory, and
/// `store`.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "block_scan.h"

namespace nebula::cosmic_harmony {

#define NEBULA_INLINE [[gnu::always_inline]] inline

/// Where it pays: below, the tables of a segment cost more than they save.
inline constexpr std::uint32_t k_split_count_min = 1u << 12;

/// The tables of so many vectors are built at a time; they stay in the first-level cache.
inline constexpr std::uint32_t k_split_chunk = 256;

/// One value x = first + 32 k + 32 K j, and the constant it is xored with.
struct SplitTerm {
   std::uint32_t first, xored;

   /// The first k whose lower part carries into the upper one; K when none does.
   [[nodiscard]] std::uint32_t carry_at(std::uint32_t low) const noexcept { return ((low - (first & low)) >> 5) + 1; }
};

/// The five sums, numbered as they build on each other.
enum : unsigned { k_t3, k_u1, k_s0, k_s3, k_r1, k_split_sums };

/// S for a chunk of k; some entries follow it, so that a set of streams may begin at its last one.
template <class V>
struct SplitTables {
   static constexpr unsigned k_spare = 16;
   alignas(64) std::uint32_t s[k_split_sums][k_split_chunk + k_spare];
};

template <class V>
class SplitBlock {
public:
   explicit SplitBlock(const Block &block) noexcept
      : block_(block), per_lane_(block.count / V::k_lanes),
        low_(32 * per_lane_ - 1), terms_{{{block.base, block.s7},
                                          {block.base + block.t2, block.t1},
                                          {block.base, block.t5},
                                          {block.base + block.u0, block.t7},
                                          {block.base + block.u6, block.u5}}} {}

   [[nodiscard]] std::uint32_t per_lane() const noexcept { return per_lane_; }

   /// The end of the segment that k lies in.
   [[nodiscard]] std::uint32_t segment_end(std::uint32_t k) const noexcept {
      std::uint32_t end = per_lane_;
      for (const SplitTerm &term : terms_)
         if (const std::uint32_t at = term.carry_at(low_); at > k)
            end = std::min(end, at);
      return end;
   }

   /// L for the segment of k.
   NEBULA_INLINE void upper(std::uint32_t k, V *l) const noexcept {
      const V lane = V::mul(V::iota(), V::set1(low_ + 1));
      for (unsigned i = 0; i < k_split_sums; ++i) {
         const std::uint32_t carry = ((terms_[i].first & low_) + 32 * k) & (low_ + 1);
         const V x = V::add(V::set1((terms_[i].first & ~low_) + carry), lane);
         l[i] = V::rotl5(V::xor_(x, V::set1(terms_[i].xored & ~low_)));
      }
      sum(l);
   }

   /// S for `count` vectors from k on.
   NEBULA_INLINE void lower(std::uint32_t k, std::uint32_t count, SplitTables<V> &tables) const noexcept {
      const V low = V::set1(low_);
      for (std::uint32_t i = 0; i < count; i += V::k_lanes) {
         V s[k_split_sums];
         const V from = V::add(V::set1(32 * (k + i)), V::iota32());
         for (unsigned n = 0; n < k_split_sums; ++n) {
            const V x = V::add(V::set1(terms_[n].first), from);
            s[n] = V::rotl5(V::and_(V::xor_(x, V::set1(terms_[n].xored)), low));
         }
         s[k_t3] = V::add(s[k_t3], V::set1(block_.t5));
         s[k_s0] = V::add(s[k_s0], V::set1(block_.t6));
         sum(s);
         for (unsigned n = 0; n < k_split_sums; ++n)
            V::store(tables.s[n] + i, s[n]);
      }
   }

   /// The free variable of the k-th vector.
   NEBULA_INLINE V variable(std::uint32_t k) const noexcept {
      return V::add(V::set1(block_.base + 32 * k), V::mul(V::iota(), V::set1(low_ + 1)));
   }

private:
   NEBULA_INLINE static void sum(V *v) noexcept {
      v[k_u1] = V::add(v[k_u1], v[k_t3]);
      v[k_s3] = V::add(v[k_s3], v[k_u1]);
      v[k_r1] = V::add(v[k_r1], v[k_s3]);
   }

   const Block &block_;
   std::uint32_t per_lane_; ///< K
   std::uint32_t low_;      ///< the bits of the lower part
   std::array<SplitTerm, k_split_sums> terms_;
};

/// The first output word of `Streams` vectors, the first of them at s[...][0]; `a` moves on past them.
template <class V, unsigned Streams>
NEBULA_INLINE void first_words_split(const Block &b, const SplitTables<V> &tables, std::uint32_t at, const V *l, V &a,
                                     V *y) noexcept {
   Lanes<V, Streams> lanes;
   auto &s = lanes.s;
   V r1[Streams];
   const auto sum = [&](unsigned which, unsigned n) {
      return V::add(l[which], V::broadcast(&tables.s[which][at + n]));
   };
   for (unsigned n = 0; n < Streams; ++n) {
      const V t2 = V::add(a, V::set1(b.t2)), t3 = sum(k_t3, n);
      s[4][n] = V::add(a, V::set1(b.u0));
      s[5][n] = sum(k_u1, n);
      s[6][n] = V::add(V::rotl5(V::xor_(t2, t3)), a);
      s[7][n] = V::add(V::rotl5(V::xor_(t3, a)), V::set1(b.t5));
      s[0][n] = sum(k_s0, n);
      s[1][n] = V::set1(b.u5);
      s[2][n] = V::add(a, V::set1(b.u6));
      s[3][n] = sum(k_s3, n);
      r1[n] = sum(k_r1, n);
      a = V::add(a, V::set1(32));
   }
   lanes.template step<0, 0>(); // round 3
   for (unsigned n = 0; n < Streams; ++n)
      s[1][n] = r1[n];
   lanes.template step<2, 0>();
   lanes.template step<3, 0>();
   lanes.template step<4, 0>();
   lanes.template step<5, 0>();
   lanes.template step<6, 0>();
   lanes.template step<7, 0>();
   lanes.rounds_4_to_12();
   for (unsigned n = 0; n < Streams; ++n)
      y[n] = lanes.finish(n);
}

/// As scan_block, for a block of at least k_split_count_min.
template <class V, unsigned Streams>
NEBULA_INLINE bool scan_block_split(const Block &block, std::uint32_t target, std::uint64_t *found) noexcept {
   static_assert(Streams <= SplitTables<V>::k_spare && V::k_lanes <= SplitTables<V>::k_spare);
   const SplitBlock<V> split(block);
   SplitTables<V> tables;
   bool any = false;
   for (std::uint32_t k = 0; k < split.per_lane();) {
      const std::uint32_t end = std::min(split.segment_end(k), k + k_split_chunk);
      V l[k_split_sums];
      split.upper(k, l);
      split.lower(k, end - k + Streams - 1, tables);
      V a = split.variable(k);
      for (std::uint32_t at = 0; at < end - k; at += Streams) {
         V y[Streams];
         first_words_split<V, Streams>(block, tables, at, l, a, y);
         if (!V::template any_at_most<Streams>(y, target)) [[likely]]
            continue;
         // Past the end L is another: those vectors belong to the next segment, or to no one.
         for (unsigned n = 0; n < Streams && at + n < end - k; ++n) {
            const std::uint32_t mask = V::mask_at_most(y[n], target);
            any |= mask != 0;
            mark<V>(block, k + at + n, split.per_lane(), mask, found);
         }
      }
      k = end;
   }
   return any;
}

#undef NEBULA_INLINE

} // namespace nebula::cosmic_harmony
