#pragma once

/// The kernel itself, written once over 128-bit vectors. Each instruction set has its own translation unit, built with
/// its own flags, that includes this file and brings a type `Simd` in an unnamed namespace: so no two units share an
/// instantiation, and no code built for AVX-512 can be picked for a machine without it.
///
/// `Simd` offers `rotl<Bits>` of 32-bit words and `xor3`.
///
/// A block is four registers, which are Salsa20's diagonals and pwxform's lanes at once: rows stay shuffled from the
/// first load to the last store. `Ways` independent hashes go through every step together, so that one computes while
/// another waits for its S-box entries: a lane step is a chain of some 15 cycles that fills a fifth of the core.

#include <emmintrin.h>

#include <cstring>
#include <utility>

#include "common/bytes.h"
#include "kernels.h"

namespace nebula::yescrypt {

#define NEBULA_INLINE [[gnu::always_inline]] inline

struct Block {
   __m128i lane[4];
};

NEBULA_INLINE __m128i load_lane(const std::uint8_t *p) noexcept {
   return _mm_load_si128(reinterpret_cast<const __m128i *>(p));
}

NEBULA_INLINE void store_lane(std::uint8_t *p, __m128i lane) noexcept {
   _mm_store_si128(reinterpret_cast<__m128i *>(p), lane);
}

NEBULA_INLINE Block load_block(const std::uint8_t *p) noexcept {
   return {{load_lane(p), load_lane(p + 16), load_lane(p + 32), load_lane(p + 48)}};
}

NEBULA_INLINE void store_block(std::uint8_t *p, const Block &block) noexcept {
   store_lane(p, block.lane[0]);
   store_lane(p + 16, block.lane[1]);
   store_lane(p + 32, block.lane[2]);
   store_lane(p + 48, block.lane[3]);
}

NEBULA_INLINE Block xor_blocks(const Block &x, const Block &y) noexcept {
   return {{_mm_xor_si128(x.lane[0], y.lane[0]), _mm_xor_si128(x.lane[1], y.lane[1]),
            _mm_xor_si128(x.lane[2], y.lane[2]), _mm_xor_si128(x.lane[3], y.lane[3])}};
}

template <class Simd>
NEBULA_INLINE Block xor3_blocks(const Block &x, const Block &y, const Block &z) noexcept {
   return {{Simd::xor3(x.lane[0], y.lane[0], z.lane[0]), Simd::xor3(x.lane[1], y.lane[1], z.lane[1]),
            Simd::xor3(x.lane[2], y.lane[2], z.lane[2]), Simd::xor3(x.lane[3], y.lane[3], z.lane[3])}};
}

/// Four of Salsa20's quarter rounds at once.
template <class Simd>
NEBULA_INLINE void quarters(__m128i &a, __m128i &b, __m128i &c, __m128i &d) noexcept {
   b = _mm_xor_si128(b, Simd::template rotl<7>(_mm_add_epi32(a, d)));
   c = _mm_xor_si128(c, Simd::template rotl<9>(_mm_add_epi32(b, a)));
   d = _mm_xor_si128(d, Simd::template rotl<13>(_mm_add_epi32(c, b)));
   a = _mm_xor_si128(a, Simd::template rotl<18>(_mm_add_epi32(d, c)));
}

template <class Simd, unsigned Rounds>
NEBULA_INLINE void salsa20(Block &x) noexcept {
   __m128i a = x.lane[0], b = x.lane[1], c = x.lane[2], d = x.lane[3];
   for (unsigned i = 0; i < Rounds; i += 2) {
      quarters<Simd>(a, b, c, d);
      b = _mm_shuffle_epi32(b, 0x93);
      c = _mm_shuffle_epi32(c, 0x4E);
      d = _mm_shuffle_epi32(d, 0x39);
      quarters<Simd>(a, d, c, b);
      b = _mm_shuffle_epi32(b, 0x39);
      c = _mm_shuffle_epi32(c, 0x4E);
      d = _mm_shuffle_epi32(d, 0x93);
   }
   x.lane[0] = _mm_add_epi32(x.lane[0], a);
   x.lane[1] = _mm_add_epi32(x.lane[1], b);
   x.lane[2] = _mm_add_epi32(x.lane[2], c);
   x.lane[3] = _mm_add_epi32(x.lane[3], d);
}

NEBULA_INLINE std::uint32_t word0(const Block &x) noexcept {
   return static_cast<std::uint32_t>(_mm_cvtsi128_si32(x.lane[0]));
}

/// The S-boxes of `Ways` hashes in their roles of the moment. Roles and the place to write do not depend on data, so
/// all hashes share them.
template <Version V, unsigned Ways>
struct Boxes {
   using R = Rules<V>;
   static constexpr std::size_t k_stride = boxes_stride(V);

   std::uint8_t *s0, *s1, *s2;
   std::size_t write; ///< in bytes

   NEBULA_INLINE explicit Boxes(std::uint8_t *s) noexcept
      : s0(s), s1(s + R::box_bytes), s2(s + (R::boxes - 1) * R::box_bytes), write(0) {}

   /// One lane of one hash in one round.
   template <unsigned Round, unsigned Lane, unsigned Way>
   NEBULA_INLINE void step(Block (&x)[Ways]) noexcept {
      constexpr std::uint64_t k_mask = std::uint64_t{R::box_mask} << 32 | R::box_mask;
      constexpr std::size_t k_shift = Way * k_stride;
      __m128i &lane = x[Way].lane[Lane];
      const std::uint64_t at = static_cast<std::uint64_t>(_mm_cvtsi128_si64(lane)) & k_mask;
      // In 0.5 the second box is a constant away from the first, which saves a register.
      const std::uint8_t *from0 = s0 + k_shift + static_cast<std::uint32_t>(at);
      const std::uint8_t *from1 = (R::is_1_0 ? s1 : s0 + R::box_bytes) + k_shift + (at >> 32);
      lane = _mm_mul_epu32(lane, _mm_shuffle_epi32(lane, 0xB1));
      lane = _mm_add_epi64(lane, load_lane(from0));
      lane = _mm_xor_si128(lane, load_lane(from1));
      if constexpr (R::is_1_0 && (Round == 0 || Lane < 2)) {
         constexpr std::size_t k_entry = Round == 0 ? Lane / 2 : Round + 1;
         store_lane((Lane % 2 == 0 ? s0 : s1) + k_shift + write + k_entry * k_entry_bytes, lane);
      }
   }

   template <unsigned Round, unsigned Lane, unsigned... Way>
   NEBULA_INLINE void each_way(Block (&x)[Ways], std::integer_sequence<unsigned, Way...>) noexcept {
      (step<Round, Lane, Way>(x), ...);
   }

   template <unsigned Round>
   NEBULA_INLINE void round(Block (&x)[Ways]) noexcept {
      constexpr std::make_integer_sequence<unsigned, Ways> k_all{};
      each_way<Round, 0>(x, k_all);
      each_way<Round, 1>(x, k_all);
      each_way<Round, 2>(x, k_all);
      each_way<Round, 3>(x, k_all);
   }

   NEBULA_INLINE void pwxform(Block (&x)[Ways]) noexcept {
      round<0>(x);
      round<1>(x);
      round<2>(x);
      if constexpr (!R::is_1_0) {
         round<3>(x);
         round<4>(x);
         round<5>(x);
      } else {
         std::uint8_t *const unread = s2;
         s2 = s1;
         s1 = s0;
         s0 = unread;
         write = (write + 4 * k_entry_bytes) & R::box_mask;
      }
   }
};

/// What blockmix reads and writes.
enum class Mode {
   plain, ///< to <- mix(from)
   read,  ///< to <- mix(from xor other)
   save   ///< other <- from xor other; to <- mix(other)
};

/// The rows of one blockmix, of each hash. `from` and `to` may be the same.
template <unsigned Ways>
struct Rows {
   const std::uint8_t *from[Ways];
   std::uint8_t *other[Ways];
   std::uint8_t *to[Ways];
};

/// How far ahead of its use a row is asked for, at most the smallest row. All 64 lines of a long row at once would need
/// more outstanding misses than a core has: at r = 32 that was 8 % slower than this.
inline constexpr std::size_t k_prefetch_bytes = 8 * k_block_bytes;
static_assert(k_prefetch_bytes <= row_bytes(8));

template <Version V, unsigned Ways, class Simd>
class Mixer {
   using R = Rules<V>;

public:
   NEBULA_INLINE Mixer(const Workspace &work, std::uint32_t n, std::uint32_t r) noexcept
      : work_(work), n_(n), row_(row_bytes(r)), boxes_(work.boxes) {}

   NEBULA_INLINE void run() noexcept {
      fill_boxes();
      fill_rows();
      const Turns turns = smix2_turns(V, n_);
      mix_rows<Mode::save>(turns.writing);
      mix_rows<Mode::read>(turns.reading);
      for (unsigned k = 0; k < Ways; ++k)
         for (std::size_t at = 0; at < row_; at += k_block_bytes)
            unshuffle(row(k) + at);
   }

private:
   NEBULA_INLINE std::uint8_t *row(unsigned way) const noexcept { return work_.row + way * work_.row_stride; }
   NEBULA_INLINE std::uint8_t *v(unsigned way) const noexcept { return work_.v + way * work_.v_stride; }

   NEBULA_INLINE static void shuffle(const std::uint8_t *from, std::uint8_t *to) noexcept {
      std::uint32_t x[16];
      for (unsigned m = 0; m < 16; ++m)
         x[m] = common::load_le32(from + natural_of_shuffled(m) * std::size_t{4});
      std::memcpy(to, x, sizeof x);
   }

   NEBULA_INLINE static void unshuffle(std::uint8_t *block) noexcept {
      std::uint32_t x[16];
      std::memcpy(x, block, sizeof x);
      for (unsigned m = 0; m < 16; ++m)
         common::store_le32(block + natural_of_shuffled(m) * std::size_t{4}, x[m]);
   }

   /// The S-boxes, from the first 128 bytes of B, which it replaces.
   NEBULA_INLINE void fill_boxes() noexcept {
      Block x[Ways][2];
      for (unsigned k = 0; k < Ways; ++k)
         for (unsigned half = 0; half < 2; ++half) {
            shuffle(row(k) + half * k_block_bytes, row(k) + half * k_block_bytes);
            x[k][half] = load_block(row(k) + half * k_block_bytes);
         }
      for (std::uint32_t i = 0; i < R::fill_rows; ++i)
         for (unsigned k = 0; k < Ways; ++k) {
            std::uint8_t *s = work_.boxes + k * boxes_stride(V);
            store_block(s + i * k_fill_row_bytes, x[k][0]);
            store_block(s + i * k_fill_row_bytes + k_block_bytes, x[k][1]);
            if (i >= 2) {
               const std::uint8_t *other = s + wrap(word0(x[k][1]), i) * k_fill_row_bytes;
               x[k][0] = xor_blocks(x[k][0], load_block(other));
               x[k][1] = xor_blocks(x[k][1], load_block(other + k_block_bytes));
            }
            x[k][0] = xor_blocks(x[k][0], x[k][1]);
            salsa20<Simd, R::salsa_rounds>(x[k][0]);
            x[k][1] = xor_blocks(x[k][1], x[k][0]);
            salsa20<Simd, R::salsa_rounds>(x[k][1]);
         }
      // B stays shuffled: decoding it again for the main smix1 would undo the encoding.
      for (unsigned k = 0; k < Ways; ++k) {
         store_block(row(k), x[k][0]);
         store_block(row(k) + k_block_bytes, x[k][1]);
      }
   }

   /// V_0 from B, whose first 128 bytes are shuffled already.
   NEBULA_INLINE void load_first_row() noexcept {
      for (unsigned k = 0; k < Ways; ++k) {
         std::memcpy(v(k), row(k), k_fill_row_bytes);
         if constexpr (!R::is_1_0)
            for (std::size_t at = k_fill_row_bytes; at < row_; at += k_block_bytes)
               shuffle(row(k) + at, v(k) + at);
      }
      if constexpr (R::is_1_0)
         for (std::size_t at = k_fill_row_bytes; at < row_; at += k_fill_row_bytes) {
            Rows<Ways> rows{};
            for (unsigned k = 0; k < Ways; ++k) {
               rows.from[k] = v(k) + at - k_fill_row_bytes;
               rows.to[k] = v(k) + at;
            }
            blockmix<Mode::plain>(rows, k_fill_row_bytes);
         }
   }

   /// smix1: V, and X in the place of B.
   NEBULA_INLINE void fill_rows() noexcept {
      load_first_row();
      Rows<Ways> rows;
      for (unsigned k = 0; k < Ways; ++k) {
         rows.from[k] = v(k);
         rows.to[k] = v(k) + row_;
      }
      for (unsigned i = 0; i < 2; ++i) {
         blockmix<Mode::plain>(rows, row_);
         advance(rows);
      }
      // The rows are taken by powers of two, so that wrap is an AND and an addition. The last goes to X, not to V.
      for (std::uint32_t latest = 2; latest < n_; latest *= 2) {
         const std::uint32_t end = latest * 2 == n_ ? n_ - 1 : latest * 2;
         for (std::uint32_t i = latest; i < end; ++i) {
            choose(rows, latest - 1, i - latest);
            blockmix<Mode::read>(rows, row_);
            advance(rows);
         }
      }
      for (unsigned k = 0; k < Ways; ++k)
         rows.to[k] = row(k);
      choose(rows, n_ / 2 - 1, n_ / 2 - 1);
      blockmix<Mode::read>(rows, row_);
   }

   /// smix2, X in the place of B.
   template <Mode M>
   NEBULA_INLINE void mix_rows(std::uint32_t turns) noexcept {
      Rows<Ways> rows;
      for (unsigned k = 0; k < Ways; ++k)
         rows.from[k] = rows.to[k] = row(k);
      for (; turns != 0; --turns) {
         choose(rows, n_ - 1, 0);
         blockmix<M>(rows, row_);
      }
   }

   NEBULA_INLINE void advance(Rows<Ways> &rows) const noexcept {
      for (unsigned k = 0; k < Ways; ++k) {
         rows.from[k] = rows.to[k];
         rows.to[k] += row_;
      }
   }

   /// The other row of each hash by its integerify. Its first lines are on their way into the cache, the last one
   /// before all, with which the chain begins; blockmix asks for the rest.
   NEBULA_INLINE void choose(Rows<Ways> &rows, std::uint32_t mask, std::uint32_t base) const noexcept {
      for (unsigned k = 0; k < Ways; ++k) {
         rows.other[k] = v(k) + ((integer_[k] & mask) + base) * row_;
         prefetch(rows.other[k] + row_ - k_block_bytes);
      }
      for (std::size_t at = 0; at < k_prefetch_bytes; at += k_block_bytes)
         for (unsigned k = 0; k < Ways; ++k)
            prefetch(rows.other[k] + at);
   }

   NEBULA_INLINE static void prefetch(const std::uint8_t *line) noexcept {
      _mm_prefetch(reinterpret_cast<const char *>(line), _MM_HINT_T0);
   }

   template <Mode M>
   NEBULA_INLINE static Block input(const Rows<Ways> &rows, unsigned k, std::size_t at) noexcept {
      const Block from = load_block(rows.from[k] + at);
      return M == Mode::plain ? from : xor_blocks(from, load_block(rows.other[k] + at));
   }

   /// One row of `bytes` of each hash, and its integerify for the next.
   template <Mode M>
   NEBULA_INLINE void blockmix(const Rows<Ways> &rows, std::size_t bytes) noexcept {
      const std::size_t last = bytes - k_block_bytes;
      Boxes<V, Ways> boxes = boxes_;
      Block x[Ways];
      for (unsigned k = 0; k < Ways; ++k)
         x[k] = input<M>(rows, k, last);
      for (std::size_t at = 0;; at += k_block_bytes) {
         for (unsigned k = 0; k < Ways; ++k)
            take_in<M>(rows, k, at, x[k]);
         if constexpr (M != Mode::plain)
            if (at + k_prefetch_bytes < last)
               for (unsigned k = 0; k < Ways; ++k)
                  prefetch(rows.other[k] + at + k_prefetch_bytes);
         boxes.pwxform(x);
         if (at == last)
            break;
         for (unsigned k = 0; k < Ways; ++k)
            store_block(rows.to[k] + at, x[k]);
      }
      boxes_ = boxes;
      for (unsigned k = 0; k < Ways; ++k)
         salsa20<Simd, R::salsa_rounds>(x[k]);
      for (unsigned k = 0; k < Ways; ++k) {
         store_block(rows.to[k] + last, x[k]);
         integer_[k] = word0(x[k]);
      }
   }

   template <Mode M>
   NEBULA_INLINE static void take_in(const Rows<Ways> &rows, unsigned k, std::size_t at, Block &x) noexcept {
      if constexpr (M == Mode::plain) {
         x = xor_blocks(x, load_block(rows.from[k] + at));
      } else if constexpr (M == Mode::read) {
         x = xor3_blocks<Simd>(x, load_block(rows.from[k] + at), load_block(rows.other[k] + at));
      } else {
         const Block mixed = input<M>(rows, k, at);
         store_block(rows.other[k] + at, mixed);
         x = xor_blocks(x, mixed);
      }
   }

   const Workspace &work_;
   const std::uint32_t n_;
   const std::size_t row_;
   Boxes<V, Ways> boxes_;
   std::uint32_t integer_[Ways] = {};
};

template <Version V, unsigned Ways, class Simd>
void smix(const Workspace &work, std::uint32_t n, std::uint32_t r) noexcept {
   Mixer<V, Ways, Simd>(work, n, r).run();
}

template <class Simd, Version V>
[[nodiscard]] SmixForms forms_of() noexcept {
   return {{smix<V, 1, Simd>, smix<V, 2, Simd>}};
}

template <class Simd>
[[nodiscard]] SmixForms smix_forms(Version version) noexcept {
   return version == Version::v1_0 ? forms_of<Simd, Version::v1_0>() : forms_of<Simd, Version::v0_5>();
}

#undef NEBULA_INLINE

} // namespace nebula::yescrypt
