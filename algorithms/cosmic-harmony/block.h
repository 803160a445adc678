#pragma once

/// What every kernel shares: how a block of nonces becomes constants and one free variable.
///
/// Word 1 sees only the high half of the nonce, so inside 65,536 nonces with one high half only word 0 varies, and it
/// enters round 1 as a = rotl(s0 ^ s1, 5) + s2. The low bits of the nonce are xored in before the rotation and nothing
/// but constants is added after it, so over an aligned block of 2^k nonces the value is
///
///    a = base + 32 m,   m = 0 .. 2^k - 1,   low half of the nonce = m ^ nonce_xor.
///
/// A kernel walks m, with one addition per vector, and translates m back only when it finds something. All other words
/// after round 1 are constants, or a constant plus a, or one xor, rotation and addition away from a; the constants that
/// rounds 1 and 2 leave behind are the members below.

#include <cstdint>

#include "cosmic_harmony.h"

namespace nebula::cosmic_harmony {

inline constexpr unsigned k_block_bits_min = 6;
inline constexpr unsigned k_block_bits_max = 16;

struct Block {
   std::uint32_t base;      ///< a for m = 0
   std::uint32_t nonce_xor; ///< low half of the nonce = m ^ nonce_xor
   std::uint32_t count;     ///< how many m: a power of two

   // After round 1, its swap included, the state is {t0, t1, a + t2, rotl(a ^ s7, 5) + t5, a, t5, t6, t7}.
   std::uint32_t s7, t1, t2, t5, t6, t7;
   // Round 2 then gives word 0 = a + u0, word 6 = a + u6 and the constant word 5 = u5.
   std::uint32_t u0, u5, u6;
};

/// The block of 2^bits nonces that starts at `first`, which must be a multiple of 2^bits.
/// Precondition: k_block_bits_min <= bits <= k_block_bits_max.
[[nodiscard]] Block make_block(const State &absorbed, std::uint32_t first, unsigned bits) noexcept;

/// Looks at every nonce of the block and sets bit (nonce & 65535) of `found`, 1024 words, for each whose first output
/// word is at most `target`. Bits of other nonces stay as they are. Returns whether it set any.
using BlockScan = bool (*)(const Block &block, std::uint32_t target, std::uint64_t *found) noexcept;

} // namespace nebula::cosmic_harmony
