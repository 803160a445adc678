#include "core/bytes.h"

#include <algorithm>

namespace nebula::monero {

namespace {

int digit_value(char c) {
   if (c >= '0' && c <= '9')
      return c - '0';
   if (c >= 'a' && c <= 'f')
      return c - 'a' + 10;
   if (c >= 'A' && c <= 'F')
      return c - 'A' + 10;
   return -1;
}

} // namespace

std::string to_hex(ByteView bytes) {
   static constexpr char k_digits[] = "0123456789abcdef";
   std::string text;
   text.reserve(bytes.size() * 2);
   for (const std::uint8_t byte : bytes) {
      text.push_back(k_digits[byte >> 4]);
      text.push_back(k_digits[byte & 15]);
   }
   return text;
}

Result<Bytes> from_hex(std::string_view text, std::string_view what) {
   if (text.size() % 2 != 0)
      return Error{std::string(what) + " has an odd number of hexadecimal digits"};
   Bytes bytes;
   bytes.reserve(text.size() / 2);
   for (std::size_t i = 0; i < text.size(); i += 2) {
      const int high = digit_value(text[i]);
      const int low = digit_value(text[i + 1]);
      if (high < 0 || low < 0)
         return Error{std::string(what) + " is not hexadecimal"};
      bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
   }
   return bytes;
}

Result<Hash> hash_from_hex(std::string_view text, std::string_view what) {
   if (text.size() != 64)
      return Error{std::string(what) + " must have 64 hexadecimal digits, it has " + std::to_string(text.size())};
   auto bytes = from_hex(text, what);
   if (!bytes)
      return bytes.error();
   Hash hash;
   std::copy(bytes->begin(), bytes->end(), hash.begin());
   return hash;
}

} // namespace nebula::monero
