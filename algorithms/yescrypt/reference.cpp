#include "reference.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "common/bytes.h"
#include "key_steps.h"

namespace nebula::yescrypt {
namespace {

// A block is eight 64-bit halves in shuffled order: half h holds shuffled words 2h (low) and 2h + 1 (high).
constexpr unsigned k_halves = 8;

void decode_block(const std::uint8_t *bytes, std::uint64_t *block) noexcept {
   for (unsigned h = 0; h < k_halves; ++h) {
      const std::uint64_t lo = common::load_le32(bytes + natural_of_shuffled(2 * h) * std::size_t{4});
      const std::uint64_t hi = common::load_le32(bytes + natural_of_shuffled(2 * h + 1) * std::size_t{4});
      block[h] = hi << 32 | lo;
   }
}

void encode_block(const std::uint64_t *block, std::uint8_t *bytes) noexcept {
   for (unsigned h = 0; h < k_halves; ++h) {
      common::store_le32(bytes + natural_of_shuffled(2 * h) * std::size_t{4}, static_cast<std::uint32_t>(block[h]));
      common::store_le32(bytes + natural_of_shuffled(2 * h + 1) * std::size_t{4},
                         static_cast<std::uint32_t>(block[h] >> 32));
   }
}

void xor_into(std::uint64_t *to, const std::uint64_t *from, std::size_t halves) noexcept {
   for (std::size_t i = 0; i < halves; ++i)
      to[i] ^= from[i];
}

void quarter(std::uint32_t *z, unsigned a, unsigned b, unsigned c, unsigned d) noexcept {
   z[b] ^= std::rotl(z[a] + z[d], 7);
   z[c] ^= std::rotl(z[b] + z[a], 9);
   z[d] ^= std::rotl(z[c] + z[b], 13);
   z[a] ^= std::rotl(z[d] + z[c], 18);
}

void salsa20(std::uint64_t *block, unsigned rounds) noexcept {
   std::uint32_t in[16], z[16];
   for (unsigned m = 0; m < 16; ++m)
      in[natural_of_shuffled(m)] = static_cast<std::uint32_t>(block[m / 2] >> 32 * (m & 1));
   std::copy(in, in + 16, z);
   for (unsigned i = 0; i < rounds; i += 2) {
      quarter(z, 0, 4, 8, 12), quarter(z, 5, 9, 13, 1), quarter(z, 10, 14, 2, 6), quarter(z, 15, 3, 7, 11);
      quarter(z, 0, 1, 2, 3), quarter(z, 5, 6, 7, 4), quarter(z, 10, 11, 8, 9), quarter(z, 15, 12, 13, 14);
   }
   const auto sum = [&](unsigned m) -> std::uint64_t {
      const unsigned word = natural_of_shuffled(m);
      return in[word] + z[word];
   };
   for (unsigned h = 0; h < k_halves; ++h)
      block[h] = sum(2 * h + 1) << 32 | sum(2 * h);
}

/// blockmix_salsa of a row of two blocks.
void blockmix_salsa(std::uint64_t *row, unsigned rounds) noexcept {
   xor_into(row, row + k_halves, k_halves);
   salsa20(row, rounds);
   xor_into(row + k_halves, row, k_halves);
   salsa20(row + k_halves, rounds);
}

/// The S-boxes in their roles of the moment; the roles and the place to write move on with every pwxform of 1.0.
template <Version V>
struct Boxes {
   std::uint64_t *s0, *s1, *s2;
   std::uint32_t write;

   void pwxform(std::uint64_t *block) noexcept {
      using R = Rules<V>;
      for (unsigned round = 0; round < R::pwx_rounds; ++round)
         for (unsigned lane = 0; lane < 4; ++lane) {
            std::uint64_t *half = block + std::size_t{lane} * 2;
            const std::uint64_t *from0 = s0 + (static_cast<std::uint32_t>(half[0]) & R::box_mask) / 8;
            const std::uint64_t *from1 = s1 + (static_cast<std::uint32_t>(half[0] >> 32) & R::box_mask) / 8;
            for (unsigned k = 0; k < 2; ++k) {
               const std::uint64_t product = (half[k] >> 32) * static_cast<std::uint32_t>(half[k]);
               half[k] = (product + from0[k]) ^ from1[k];
            }
            if (R::is_1_0 && (round == 0 || lane < 2)) {
               std::copy(half, half + 2, (lane % 2 == 0 ? s0 : s1) + std::size_t{write} * 2);
               write += lane % 2;
            }
         }
      if (R::is_1_0) {
         std::swap(s0, s2); // now S2 S1 S0
         std::swap(s1, s2); // now S2 S0 S1
         write %= 1u << R::box_bits;
      }
   }

   void blockmix(std::uint64_t *row, std::uint32_t blocks) noexcept {
      std::uint64_t *last = row + std::size_t{blocks - 1} * k_halves;
      std::uint64_t t[k_halves];
      std::copy(last, last + k_halves, t);
      for (std::uint64_t *block = row; block <= last; block += k_halves) {
         xor_into(t, block, k_halves);
         pwxform(t);
         std::copy(t, t + k_halves, block);
      }
      salsa20(last, Rules<V>::salsa_rounds);
   }
};

template <Version V>
Boxes<V> boxes_at(std::uint64_t *s, unsigned first, std::uint32_t write) noexcept {
   constexpr std::size_t k_box = Rules<V>::box_bytes / 8;
   constexpr unsigned k_count = Rules<V>::boxes;
   const auto box = [&](unsigned role) { return s + (first + role) % k_count * k_box; };
   return {box(0), box(1), box(2), write};
}

[[nodiscard]] std::uint32_t integerify(const std::uint64_t *row, std::uint32_t blocks) noexcept {
   return static_cast<std::uint32_t>(row[std::size_t{blocks - 1} * k_halves]);
}

/// smix1 after X is loaded: V and the last X. `mix` mixes a row in place.
template <class Mix>
void smix1(std::uint64_t *v, std::uint64_t *x, std::uint32_t rows, std::uint32_t blocks, Mix mix) noexcept {
   const std::size_t halves = std::size_t{blocks} * k_halves;
   for (std::uint32_t i = 0; i < rows; ++i) {
      std::copy(x, x + halves, v + i * halves);
      if (i >= 2)
         xor_into(x, v + wrap(integerify(x, blocks), i) * halves, halves);
      mix(x);
   }
}

template <Version V>
void fill_boxes_of(std::uint8_t *b, std::uint64_t *s) noexcept {
   std::uint64_t x[2 * k_halves];
   decode_block(b, x);
   decode_block(b + k_block_bytes, x + k_halves);
   smix1(s, x, Rules<V>::fill_rows, 2, [](std::uint64_t *row) { blockmix_salsa(row, Rules<V>::salsa_rounds); });
   encode_block(x, b);
   encode_block(x + k_halves, b + k_block_bytes);
}

void decode_row(const std::uint8_t *b, std::uint64_t *x, std::uint32_t blocks) noexcept {
   for (std::uint32_t i = 0; i < blocks; ++i)
      decode_block(b + i * k_block_bytes, x + std::size_t{i} * k_halves);
}

void encode_row(const std::uint64_t *x, std::uint8_t *b, std::uint32_t blocks) noexcept {
   for (std::uint32_t i = 0; i < blocks; ++i)
      encode_block(x + std::size_t{i} * k_halves, b + i * k_block_bytes);
}

template <Version V>
void fill_rows_of(Boxes<V> &boxes, std::uint8_t *b, std::uint64_t *v, std::uint64_t *x, const Parameters &p) noexcept {
   const std::uint32_t blocks = 2 * p.r;
   decode_row(b, x, Rules<V>::is_1_0 ? 2 : blocks);
   if (Rules<V>::is_1_0)
      for (std::uint32_t unit = 1; unit < p.r; ++unit) {
         std::uint64_t *to = x + std::size_t{unit} * 2 * k_halves;
         std::copy(to - 2 * k_halves, to, to);
         boxes.blockmix(to, 2);
      }
   smix1(v, x, p.n, blocks, [&](std::uint64_t *row) { boxes.blockmix(row, blocks); });
   encode_row(x, b, blocks);
}

template <Version V>
void mix_rows_of(Boxes<V> &boxes, std::uint8_t *b, std::uint64_t *v, std::uint64_t *x, const Parameters &p) noexcept {
   const std::uint32_t blocks = 2 * p.r;
   const std::size_t halves = std::size_t{blocks} * k_halves;
   const Turns turns = smix2_turns(V, p.n);
   decode_row(b, x, blocks);
   for (std::uint32_t turn = 0; turn < turns.writing + turns.reading; ++turn) {
      std::uint64_t *row = v + (integerify(x, blocks) & (p.n - 1)) * halves;
      xor_into(x, row, halves);
      if (turn < turns.writing)
         std::copy(x, x + halves, row);
      boxes.blockmix(x, blocks);
   }
   encode_row(x, b, blocks);
}

} // namespace

std::size_t reference_memory_bytes(const Parameters &parameters) noexcept {
   return row_bytes(parameters.r) * (std::size_t{parameters.n} + 2) + boxes_bytes(parameters.version);
}

Reference::Reference(const Parameters &parameters, std::span<const std::uint8_t> input, void *memory) noexcept
   : parameters_(parameters), input_(input), b_(static_cast<std::uint8_t *>(memory)),
     v_(static_cast<std::uint64_t *>(memory) + 2 * row_bytes(parameters.r) / 8),
     x_(static_cast<std::uint64_t *>(memory) + row_bytes(parameters.r) / 8),
     s_(v_ + row_bytes(parameters.r) / 8 * parameters.n) {}

std::span<const std::uint8_t> Reference::boxes() const noexcept {
   return {reinterpret_cast<const std::uint8_t *>(s_), boxes_bytes(parameters_.version)};
}

void Reference::derive() noexcept {
   h0_ = common::sha256(input_);
   h1_ = derive_b(parameters_, h0_, input_, b_);
}

void Reference::fill_boxes() noexcept {
   parameters_.version == Version::v1_0 ? fill_boxes_of<Version::v1_0>(b_, s_) : fill_boxes_of<Version::v0_5>(b_, s_);
   first_box_ = 0;
   write_ = 0;
}

void Reference::fill_rows() noexcept {
   if (parameters_.version == Version::v0_5) {
      auto boxes = boxes_at<Version::v0_5>(s_, 0, 0);
      return fill_rows_of(boxes, b_, v_, x_, parameters_);
   }
   auto boxes = boxes_at<Version::v1_0>(s_, first_box_, write_);
   fill_rows_of(boxes, b_, v_, x_, parameters_);
   first_box_ = static_cast<unsigned>(static_cast<std::size_t>(boxes.s0 - s_) / (Rules<Version::v1_0>::box_bytes / 8));
   write_ = boxes.write;
}

void Reference::mix_rows() noexcept {
   if (parameters_.version == Version::v0_5) {
      auto boxes = boxes_at<Version::v0_5>(s_, 0, 0);
      return mix_rows_of(boxes, b_, v_, x_, parameters_);
   }
   auto boxes = boxes_at<Version::v1_0>(s_, first_box_, write_);
   mix_rows_of(boxes, b_, v_, x_, parameters_);
}

common::Digest256 Reference::finish() const noexcept {
   return finish_hash(parameters_, h1_, b(), input_);
}

common::Digest256 reference_hash(const Parameters &parameters, std::span<const std::uint8_t> input,
                                 void *memory) noexcept {
   Reference hash(parameters, input, memory);
   hash.derive();
   hash.fill_boxes();
   hash.fill_rows();
   hash.mix_rows();
   return hash.finish();
}

} // namespace nebula::yescrypt
