#include "hex.h"

namespace nebula::common {
namespace {

std::string encode(ByteView bytes, const char *digits) {
   std::string out;
   out.reserve(bytes.size() * 2);
   for (const std::uint8_t byte : bytes) {
      out.push_back(digits[byte >> 4]);
      out.push_back(digits[byte & 15]);
   }
   return out;
}

/// 0..15, or -1.
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
   return encode(bytes, "0123456789abcdef");
}
std::string to_hex_upper(ByteView bytes) {
   return encode(bytes, "0123456789ABCDEF");
}

bool from_hex(std::string_view text, std::span<std::uint8_t> out) {
   if (text.size() != out.size() * 2)
      return false;
   for (std::size_t i = 0; i < out.size(); ++i) {
      const int high = digit_value(text[2 * i]);
      const int low = digit_value(text[2 * i + 1]);
      if (high < 0 || low < 0)
         return false;
      out[i] = static_cast<std::uint8_t>(high * 16 + low);
   }
   return true;
}

std::optional<Bytes> bytes_from_hex(std::string_view text) {
   Bytes out(text.size() / 2);
   if (text.size() % 2 != 0 || !from_hex(text, out))
      return std::nullopt;
   return out;
}

} // namespace nebula::common
