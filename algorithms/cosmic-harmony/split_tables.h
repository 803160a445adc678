#pragma once

/// What a block of 65,536 nonces needs so that rounds 1 and 2 and most of round 3 become sums and xors of two numbers.
///
/// In lane j of the k-th set of vectors m is k + K j, where K is the number of sets in the block. So the free variable
/// and the three other values x = a + constant that the first rounds know are x(k, lane 0) + (j << k_low_bits): below
/// that bit a function of k alone; above it one of j, and of a carry that k causes once on its way through the block.
/// In a segment, a run of k between two such carries, each part is a function of its own variable.
///
/// An xor with a constant keeps the parts apart, and a rotation moves the border to k_turned_bits: under it in
/// rotl(x ^ constant, 5) stands k, above it j. (The five lowest bits come from the top of x. They are constant unless x
/// crosses a multiple of 2^27 within the block. Three values of x are turned, so about three blocks in 64 are not for
/// this form.) Hence a sum y of such terms is
///
///    y = S[k] + L[j]    and, bit by bit,    y = S[k] below the border, L[j] + the carry of S[k] above it,
///
/// with a carry from 0 to 3. So each word up to round 3, as far as it is
///
///  - a sum of such terms, or of x and y xored with constants and rotated, takes one addition of a number and a vector;
///  - rotl(x ^ y, 5), takes one xor of a number, and of the vector that belongs to k's carry.
///
/// The number serves all lanes of a set: the load itself broadcasts it, and takes none of the ports that limit this
/// kernel. The operation reads the vector from memory.
///
/// A vector type V offers, beside what block_scan.h asks: `and_`, `shift_right`, `iota` (0, 1, 2, ...), `broadcast`
/// from memory, and `store`.

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "block_scan.h"

namespace nebula::cosmic_harmony {

#define NEBULA_INLINE [[gnu::always_inline]] inline

/// One part, below or above the borders, of what rounds 1 and 2 leave behind. Words by their place after the swap.
template <class V>
struct SplitPart {
   V a, t2, s2, s4;    ///< the four x, cut off at the border
   V t3, s0, s3, s5;   ///< sums; the lower part of one runs over the border by its carry
   V s0_mate, s2_mate; ///< word 5 of round 2, as what they are xored with

   /// `x_bits` and `turned_bits` are the bits of this part before and after a rotation.
   NEBULA_INLINE SplitPart(const Block &b, V free, std::uint32_t x_bits, std::uint32_t turned_bits) noexcept {
      const auto x = [&](std::uint32_t constant) { return V::add(free, V::set1(constant)); };
      const auto cut = [&](V v) { return V::and_(v, V::set1(x_bits)); };
      const auto term = [&](V v, std::uint32_t constant) {
         return V::and_(rotated_xor(v, V::set1(constant)), V::set1(turned_bits));
      };
      a = cut(free);
      t2 = cut(x(b.t2));
      s2 = cut(x(b.u6));
      s4 = cut(x(b.u0));
      t3 = V::add(term(free, b.s7), V::set1(b.t5 & turned_bits));
      s0 = V::add(term(free, b.t5), V::set1(b.t6 & turned_bits));
      s5 = V::add(term(x(b.t2), b.t1), t3);
      s3 = V::add(term(x(b.u0), b.t7), s5);
      s0_mate = V::set1(b.u5 & turned_bits);
      s2_mate = V::set1(b.u5 & x_bits);
   }

   // What a word of round 2 or 3 is before its addition. A sum is given as it stands in this part, its carry included
   // above the border and left out below it.
   NEBULA_INLINE V word6(V y_t3) const noexcept { return rotated_xor(t2, y_t3); }
   NEBULA_INLINE V word7(V y_t3) const noexcept { return rotated_xor(y_t3, a); }
   NEBULA_INLINE V next0(V y_s0) const noexcept { return rotated_xor(y_s0, s0_mate); }
   NEBULA_INLINE V next1() const noexcept { return rotated_xor(s2_mate, s2); }
   NEBULA_INLINE V next2(V y_s3) const noexcept { return rotated_xor(s2, y_s3); }
   NEBULA_INLINE V next3(V y_s3) const noexcept { return rotated_xor(y_s3, s4); }
   NEBULA_INLINE V next4(V y_s5) const noexcept { return rotated_xor(s4, y_s5); }

private:
   NEBULA_INLINE static V rotated_xor(V v, V w) noexcept { return V::rotl5(V::xor_(v, w)); }
};

/// S and its carries for a run of k.
template <class V>
struct LowerParts {
   static constexpr std::uint32_t k_capacity = 256;
   /// They are made a vector at a time, from any k on.
   using Row = std::array<std::uint32_t, k_capacity + V::k_lanes>;

   alignas(64) Row a, s5, next0, next1;               ///< to be added to L
   alignas(64) Row word6, word7, next2, next3, next4; ///< to be xored with L
   alignas(64) Row carry_t3, carry_s0, carry_s3, carry_s5;
};

/// L for a segment, a vector per stream. The first index is the carry.
template <class V, unsigned Streams>
struct UpperParts {
   V a[Streams], s4[Streams], s5[Streams], next1[Streams];
   V next0[2][Streams], word6[2][Streams], word7[2][Streams];
   V next2[4][Streams], next3[4][Streams], next4[3][Streams];
};

/// A block, in sets of `Streams` vectors.
template <class V, unsigned Streams>
class SplitBlock {
public:
   static constexpr std::uint32_t k_sets = (1u << k_block_bits_max) / (V::k_lanes * Streams); ///< K
   static constexpr unsigned k_low_bits = 5 + std::bit_width(k_sets) - 1, k_turned_bits = k_low_bits + 5;
   static_assert(std::has_single_bit(V::k_lanes * Streams));

   explicit SplitBlock(const Block &block) noexcept : block_(block) {}

   /// Whether this form is exact for the block.
   [[nodiscard]] bool applies() const noexcept {
      const auto crosses = [&](std::uint32_t x) { return ((x ^ (x + 32 * (block_.count - 1))) >> 27) != 0; };
      return block_.count == 1u << k_block_bits_max && !crosses(block_.base) && !crosses(block_.base + block_.t2) &&
             !crosses(block_.base + block_.u0);
   }

   /// The end of the segment that k lies in.
   [[nodiscard]] std::uint32_t segment_end(std::uint32_t k) const noexcept {
      std::uint32_t end = k_sets;
      for (const std::uint32_t x :
           {block_.base, block_.base + block_.t2, block_.base + block_.u0, block_.base + block_.u6})
         if (const std::uint32_t carries_at = ((k_low - (x & k_low)) >> 5) + 1; carries_at > k)
            end = std::min(end, carries_at);
      return end;
   }

   /// S for `count` sets from k on.
   NEBULA_INLINE void lower(std::uint32_t k, std::uint32_t count, LowerParts<V> &to) const noexcept {
      const auto cut = [](V y) { return V::and_(y, V::set1(k_turned)); };
      const auto carry = [](V y) { return V::template shift_right<k_turned_bits>(y); };
      for (std::uint32_t i = 0; i < count; i += V::k_lanes) {
         const V a = V::add(V::set1(block_.base + 32 * (k + i)), V::iota32());
         const SplitPart<V> part(block_, a, k_low, k_turned);
         V::store(&to.a[i], a);
         V::store(&to.s5[i], part.s5);
         V::store(&to.next0[i], V::add(part.next0(cut(part.s0)), V::add(a, V::set1(block_.u6))));
         V::store(&to.next1[i], V::add(part.next1(), part.s3));
         V::store(&to.word6[i], part.word6(cut(part.t3)));
         V::store(&to.word7[i], part.word7(cut(part.t3)));
         V::store(&to.next2[i], part.next2(cut(part.s3)));
         V::store(&to.next3[i], part.next3(cut(part.s3)));
         V::store(&to.next4[i], part.next4(cut(part.s5)));
         V::store(&to.carry_t3[i], carry(part.t3));
         V::store(&to.carry_s0[i], carry(part.s0));
         V::store(&to.carry_s3[i], carry(part.s3));
         V::store(&to.carry_s5[i], carry(part.s5));
      }
   }

   /// L for the segment of k.
   NEBULA_INLINE void upper(std::uint32_t k, UpperParts<V, Streams> &to) const noexcept {
      const auto carried = [](V y, std::uint32_t carry) { return V::add(y, V::set1(carry << k_turned_bits)); };
      for (unsigned n = 0; n < Streams; ++n) {
         const V lane = V::mul(V::add(V::iota(), V::set1(n * V::k_lanes)), V::set1(k_low + 1));
         const SplitPart<V> part(block_, V::add(V::set1(block_.base + 32 * k), lane), ~k_low, ~k_turned);
         to.a[n] = lane;
         to.s4[n] = V::add(lane, V::set1(block_.u0));
         to.s5[n] = part.s5;
         to.next1[n] = V::add(part.next1(), part.s3);
         for (std::uint32_t carry = 0; carry < 2; ++carry) {
            to.next0[carry][n] = V::add(part.next0(carried(part.s0, carry)), lane);
            to.word6[carry][n] = part.word6(carried(part.t3, carry));
            to.word7[carry][n] = part.word7(carried(part.t3, carry));
         }
         for (std::uint32_t carry = 0; carry < 4; ++carry) {
            to.next2[carry][n] = part.next2(carried(part.s3, carry));
            to.next3[carry][n] = part.next3(carried(part.s3, carry));
         }
         for (std::uint32_t carry = 0; carry < 3; ++carry)
            to.next4[carry][n] = part.next4(carried(part.s5, carry));
      }
   }

private:
   static constexpr std::uint32_t k_low = (1u << k_low_bits) - 1, k_turned = (1u << k_turned_bits) - 1;

   const Block &block_;
};

#undef NEBULA_INLINE

} // namespace nebula::cosmic_harmony
