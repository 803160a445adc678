#pragma once

/// The kernel itself, written once over a vector type. Each instruction set has its own translation unit, built with
/// its own flags, that includes this file and brings a vector type in an unnamed namespace: so no two units share an
/// instantiation, and no code built for AVX-512 can be picked for a machine without it.
///
/// A vector type V has lanes of 64 bits and offers: `k_lanes`, `set1`, `load`, `store` (aligned to the
/// vector), `add`, `xor_`, `xor3`, `ror<Bits>`, and `k_abreast`: whether the quarter-rounds go side by side.
/// `Streams` vectors go through the rounds together, to fill the ports while one chain waits.
///
/// What makes it quick: messages are never built. All elements share one table of words, which an addition reads as a
/// broadcast; only word 0 differs by lane. Words that are zero are not added at all.

#include <cstddef>
#include <cstdint>
#include <utility>

#include "constant.h"
#include "kernels.h"

namespace nebula::autolykos2 {

#define NEBULA_INLINE [[gnu::always_inline]] inline

namespace blake2b {

inline constexpr std::uint64_t k_iv[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                          0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                                          0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};

/// Of the parameter block only this is not zero: 32 bytes out, no key, fanout 1, depth 1.
inline constexpr std::uint64_t k_parameters = 0x01010020;

inline constexpr unsigned k_rounds = 12;

/// Which word of the block the mixing adds when; rounds 10 and 11 are 0 and 1 again.
inline constexpr unsigned k_sigma[10][16] = {
   {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
   {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
   {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
   {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
   {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};

/// A block of which every word is the same in all lanes.
template <class V>
struct SharedBlock {
   const std::uint64_t *words;

   template <unsigned Word>
   NEBULA_INLINE V plus(V a, unsigned) const noexcept {
      return V::add(a, V::set1(words[Word]));
   }
};

/// The first block of an element: index and height in word 0, then the words of M, whose first is zero.
template <class V>
struct ElementHead {
   const V *word0; ///< by stream
   const std::uint64_t *words;

   template <unsigned Word>
   NEBULA_INLINE V plus(V a, unsigned stream) const noexcept {
      if constexpr (Word == 0)
         return V::add(a, word0[stream]);
      else if constexpr (Word == 1)
         return a;
      else
         return V::add(a, V::set1(words[Word]));
   }
};

/// The last block of an element: one word of M and nothing else.
template <class V>
struct ElementTail {
   std::uint64_t word;

   template <unsigned Word>
   NEBULA_INLINE V plus(V a, unsigned) const noexcept {
      if constexpr (Word == 0)
         return V::add(a, V::set1(word));
      else
         return a;
   }
};

/// A block of `Count` words, all different by lane.
template <class V, unsigned Streams, unsigned Count>
struct LaneBlock {
   const std::uint64_t *words;

   template <unsigned Word>
   NEBULA_INLINE V plus(V a, unsigned stream) const noexcept {
      if constexpr (Word < Count)
         return V::add(a, V::load(words + (std::size_t{Word} * Streams + stream) * V::k_lanes));
      else
         return a;
   }
};

/// The working state of one compression: sixteen words of every stream, all of them in registers where there are 32.
template <class V, unsigned Streams>
struct Mixer {
   V v[16][Streams];

   /// a += word + b. The word first: `b` comes late, the word does not.
   template <unsigned A, unsigned B, unsigned Word, class Block>
   NEBULA_INLINE void add_word(const Block &block) noexcept {
      for (unsigned n = 0; n < Streams; ++n)
         v[A][n] = V::add(block.template plus<Word>(v[A][n], n), v[B][n]);
   }
   /// c += d
   template <unsigned C, unsigned D>
   NEBULA_INLINE void add() noexcept {
      for (unsigned n = 0; n < Streams; ++n)
         v[C][n] = V::add(v[C][n], v[D][n]);
   }
   /// x = (x ^ y) rotated right
   template <unsigned X, unsigned Y, unsigned Bits>
   NEBULA_INLINE void turn() noexcept {
      for (unsigned n = 0; n < Streams; ++n)
         v[X][n] = V::template ror<Bits>(V::xor_(v[X][n], v[Y][n]));
   }

   /// Where column i (Shift 0) or diagonal i (Shift 1) has its four words; the first is i.
   static constexpr unsigned b(unsigned i, unsigned shift) noexcept { return 4 + (i + shift) % 4; }
   static constexpr unsigned c(unsigned i, unsigned shift) noexcept { return 8 + (i + 2 * shift) % 4; }
   static constexpr unsigned d(unsigned i, unsigned shift) noexcept { return 12 + (i + 3 * shift) % 4; }

   /// Quarter-rounds G of a half round, step by step beside each other.
   template <unsigned Round, unsigned Shift, class Block, unsigned... I>
   NEBULA_INLINE void quarters(const Block &block, std::integer_sequence<unsigned, I...>) noexcept {
      constexpr auto &sigma = k_sigma[Round % 10];
      (add_word<I, b(I, Shift), sigma[8 * Shift + 2 * I]>(block), ...);
      (turn<d(I, Shift), I, 32>(), ...);
      (add<c(I, Shift), d(I, Shift)>(), ...);
      (turn<b(I, Shift), c(I, Shift), 24>(), ...);
      (add_word<I, b(I, Shift), sigma[8 * Shift + 2 * I + 1]>(block), ...);
      (turn<d(I, Shift), I, 16>(), ...);
      (add<c(I, Shift), d(I, Shift)>(), ...);
      (turn<b(I, Shift), c(I, Shift), 63>(), ...);
   }

   /// All four of a half round: abreast where the registers hold all of them, else one after the other.
   template <unsigned Round, unsigned Shift, class Block>
   NEBULA_INLINE void half_round(const Block &block) noexcept {
      if constexpr (V::k_abreast) {
         quarters<Round, Shift>(block, std::integer_sequence<unsigned, 0, 1, 2, 3>{});
      } else {
         quarters<Round, Shift>(block, std::integer_sequence<unsigned, 0>{});
         quarters<Round, Shift>(block, std::integer_sequence<unsigned, 1>{});
         quarters<Round, Shift>(block, std::integer_sequence<unsigned, 2>{});
         quarters<Round, Shift>(block, std::integer_sequence<unsigned, 3>{});
      }
   }

   template <class Block, unsigned... Round>
   NEBULA_INLINE void rounds(const Block &block, std::integer_sequence<unsigned, Round...>) noexcept {
      ((half_round<Round, 0>(block), half_round<Round, 1>(block)), ...);
   }
};

/// The chaining value, which lies in memory between compressions.
template <class V, unsigned Streams>
struct Chain {
   V h[8][Streams];

   NEBULA_INLINE void begin() noexcept {
      for (unsigned i = 0; i < 8; ++i)
         for (unsigned n = 0; n < Streams; ++n)
            h[i][n] = V::set1(i == 0 ? k_iv[0] ^ k_parameters : k_iv[i]);
   }

   /// `bytes`: hashed so far, this block included.
   template <bool Last, class Block>
   NEBULA_INLINE void compress(const Block &block, std::uint64_t bytes) noexcept {
      Mixer<V, Streams> m;
      for (unsigned n = 0; n < Streams; ++n) {
         for (unsigned i = 0; i < 8; ++i) {
            m.v[i][n] = h[i][n];
            m.v[8 + i][n] = V::set1(k_iv[i]);
         }
         m.v[12][n] = V::set1(k_iv[4] ^ bytes);
         if constexpr (Last)
            m.v[14][n] = V::set1(~k_iv[6]);
      }
      m.rounds(block, std::make_integer_sequence<unsigned, k_rounds>{});
      for (unsigned i = 0; i < 8; ++i)
         for (unsigned n = 0; n < Streams; ++n)
            h[i][n] = V::xor3(h[i][n], m.v[i][n], m.v[8 + i][n]);
   }

   NEBULA_INLINE void store_digest(std::uint64_t *out) const noexcept {
      for (unsigned w = 0; w < 4; ++w)
         for (unsigned n = 0; n < Streams; ++n)
            V::store(out + (std::size_t{w} * Streams + n) * V::k_lanes, h[w][n]);
   }
};

} // namespace blake2b

/// Kernel::elements over the vector type V.
template <class V, unsigned Streams>
NEBULA_INLINE void hash_elements(const std::uint32_t *index, std::uint32_t height, Number *out) noexcept {
   constexpr unsigned k_lanes = V::k_lanes * Streams;
   constexpr std::uint64_t k_block_bytes = 8 * k_block_words;
   constexpr unsigned k_full_blocks = k_element_words / k_block_words;
   const std::uint64_t *const table = k_element_table.data();

   alignas(64) std::uint64_t words[4 * k_lanes];
   const std::uint64_t height_half = std::uint64_t{__builtin_bswap32(height)} << 32;
   for (unsigned l = 0; l < k_lanes; ++l)
      words[l] = height_half | __builtin_bswap32(index[l]);
   V word0[Streams];
   for (unsigned n = 0; n < Streams; ++n)
      word0[n] = V::load(words + n * V::k_lanes);

   blake2b::Chain<V, Streams> chain;
   chain.begin();
   chain.template compress<false>(blake2b::ElementHead<V>{word0, table}, k_block_bytes);
   for (unsigned block = 1; block < k_full_blocks; ++block)
      chain.template compress<false>(blake2b::SharedBlock<V>{table + block * k_block_words},
                                     (block + 1) * k_block_bytes);
   chain.template compress<true>(blake2b::ElementTail<V>{table[k_element_words - 1]}, k_element_bytes);
   chain.store_digest(words);
   for (unsigned l = 0; l < k_lanes; ++l)
      out[l] = element_of({words[l], words[k_lanes + l], words[2 * k_lanes + l], words[3 * k_lanes + l]});
}

/// Kernel::hash for one kind of message.
template <class V, unsigned Streams, Short Kind>
NEBULA_INLINE void hash_short(const std::uint64_t *words, std::uint64_t *out) noexcept {
   blake2b::Chain<V, Streams> chain;
   chain.begin();
   chain.template compress<true>(blake2b::LaneBlock<V, Streams, words_in(Kind)>{words}, static_cast<unsigned>(Kind));
   chain.store_digest(out);
}

template <class V, unsigned Streams>
NEBULA_INLINE void hash_shorts(Short kind, const std::uint64_t *words, std::uint64_t *out) noexcept {
   switch (kind) {
   case Short::input:
      return hash_short<V, Streams, Short::input>(words, out);
   case Short::seed:
      return hash_short<V, Streams, Short::seed>(words, out);
   case Short::sum:
      return hash_short<V, Streams, Short::sum>(words, out);
   }
}

#undef NEBULA_INLINE

} // namespace nebula::autolykos2
