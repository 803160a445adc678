#include "block.h"

#include <bit>
#include <cassert>

namespace nebula::cosmic_harmony {

Block make_block(const State &absorbed, std::uint32_t first, unsigned bits) noexcept {
   assert(bits >= k_block_bits_min && bits <= k_block_bits_max && (first & ((1u << bits) - 1)) == 0);
   const std::uint32_t count = 1u << bits;
   const std::uint32_t free_bits = std::rotl(count - 1, 5);

   const std::uint32_t s1 = absorbed[1] ^ (first >> 16);
   const auto &[w0, w1, s2, s3, s4, s5, s6, s7] = absorbed;
   const std::uint32_t rotated = std::rotl(w0 ^ first ^ s1, 5);

   Block b;
   b.base = (rotated & ~free_bits) + s2;
   // `first` has zeros in its free bits, so what is left there is the constant the nonce is xored with; the bits of
   // the low half above the free ones are fixed, and ride along in the same xor.
   b.nonce_xor = std::rotr(rotated & free_bits, 5) | (first & 0xFFFFu);
   b.count = count;
   b.s7 = s7;

   // Round 1: s1' to s5' do not see word 0. Named by their place after the swap.
   b.t5 = std::rotl(s1 ^ s2, 5) + s3;
   b.t6 = std::rotl(s2 ^ s3, 5) + s4;
   b.t7 = std::rotl(s3 ^ s4, 5) + s5;
   const std::uint32_t t0 = std::rotl(s4 ^ s5, 5) + s6;
   b.t1 = std::rotl(s5 ^ s6, 5) + s7;
   b.t2 = std::rotl(s6 ^ s7, 5);

   // Round 2: three of its words are a constant, or a plus a constant.
   b.u0 = std::rotl(t0 ^ b.t1, 5) + b.t2;
   b.u5 = std::rotl(b.t5 ^ b.t6, 5) + b.t7;
   b.u6 = std::rotl(b.t6 ^ b.t7, 5) + b.u0;
   return b;
}

} // namespace nebula::cosmic_harmony
