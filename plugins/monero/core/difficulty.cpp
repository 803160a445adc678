#include "core/difficulty.h"

#include <algorithm>
#include <cassert>
#include <charconv>

namespace nebula::monero {

namespace {

bool parse_hex_number(std::string_view text, std::uint64_t &value) {
   const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
   return code == std::errc{} && end == text.data() + text.size();
}

bool less(const Difficulty &a, const Difficulty &b) {
   return a.high != b.high ? a.high < b.high : a.low < b.low;
}

} // namespace

Result<Difficulty> parse_wide_difficulty(std::string_view text) {
   const Error bad{"wide_difficulty must be 0x and 1 to 32 hexadecimal digits of a number above zero"};
   if (!text.starts_with("0x"))
      return bad;
   const std::string_view digits = text.substr(2);
   if (digits.empty() || digits.size() > 32)
      return bad;
   const std::size_t low_digits = std::min<std::size_t>(16, digits.size());
   const std::string_view high = digits.substr(0, digits.size() - low_digits);
   Difficulty difficulty;
   if (!parse_hex_number(digits.substr(high.size()), difficulty.low))
      return bad;
   if (!high.empty() && !parse_hex_number(high, difficulty.high))
      return bad;
   if (difficulty.zero())
      return bad;
   return difficulty;
}

Hash target_from_difficulty(const Difficulty &difficulty) {
   assert(!difficulty.zero());
   // Long division of 2^256 - 1, whose bits are all ones, one bit at a time. The remainder stays under the divisor, so
   // after the shift it needs at most one bit more than 128.
   Hash quotient{};
   Difficulty rest;
   for (std::size_t bit = 0; bit < 256; ++bit) {
      const bool carry = rest.high >> 63 != 0;
      rest.high = rest.high << 1 | rest.low >> 63;
      rest.low = rest.low << 1 | 1;
      if (!carry && less(rest, difficulty))
         continue;
      const std::uint64_t borrow = rest.low < difficulty.low ? 1 : 0;
      rest.low -= difficulty.low;
      rest.high -= difficulty.high + borrow;
      quotient[bit / 8] = static_cast<std::uint8_t>(quotient[bit / 8] | 0x80 >> (bit % 8));
   }
   return quotient;
}

bool digest_meets_target(const Hash &digest, const Hash &target) {
   return !std::lexicographical_compare(target.begin(), target.end(), digest.rbegin(), digest.rend());
}

} // namespace nebula::monero
