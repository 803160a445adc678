#include "share_target.h"

#include <algorithm>

namespace nebula::common {

U256 target_of(Difficulty difficulty) {
   const U256 hashes(std::max<Difficulty>(difficulty, 1));
   const U256 quotient = U256::max() / hashes;
   // One digest short of 2^256: the quotient is the same unless the division of 2^256 leaves nothing.
   return quotient * hashes + (hashes - U256(1)) == U256::max() ? quotient : quotient - U256(1);
}

Difficulty difficulty_of(const U256 &target) {
   if (target == U256::max())
      return 1;
   // 2^256 / (target + 1) = (2^256 - (target + 1)) / (target + 1) + 1, and the numerator is what ~target is.
   const U256 next = target + U256(1);
   const U256 hashes = (U256::max() - target) / next;
   const Difficulty whole = hashes.saturated_u64();
   return whole == ~0ull ? whole : whole + 1;
}

std::uint32_t cosmic_target32(Difficulty difficulty) {
   constexpr std::uint64_t k_most = 0xFFFFFFFF;
   return static_cast<std::uint32_t>(std::max<std::uint64_t>(k_most / std::max<Difficulty>(difficulty, 1), 1));
}

U256 target_of_cosmic(std::uint32_t target32) {
   return ((U256(target32) + U256(1)) << 224) - U256(1);
}

std::uint64_t xmrig_target64(Difficulty difficulty) {
   return ~0ull / std::max<Difficulty>(difficulty, 1);
}

U256 target_of_xmrig(std::uint64_t target64) {
   return (U256(target64) << 192) - U256(1);
}

std::string bitcoin_difficulty_text(Difficulty difficulty) {
   constexpr unsigned k_unit_bits = 16;
   std::string text = std::to_string(difficulty >> k_unit_bits);
   std::uint64_t rest = difficulty & ((1u << k_unit_bits) - 1);
   if (rest == 0)
      return text;
   // A fraction of 2^16 ends after at most sixteen decimal digits.
   text.push_back('.');
   while (rest != 0) {
      rest *= 10;
      text.push_back(static_cast<char>('0' + (rest >> k_unit_bits)));
      rest &= (1u << k_unit_bits) - 1;
   }
   return text;
}

} // namespace nebula::common
