#include "hex.h"

namespace nebula::common {
namespace {

std::string encode(ByteView bytes, const char *digits) {
   std::string out(bytes.size() * 2, '\0');
   for (std::size_t i = 0; i < bytes.size(); ++i) {
      out[2 * i] = digits[bytes[i] >> 4];
      out[2 * i + 1] = digits[bytes[i] & 15];
   }
   return out;
}

/// 0..15 by character; 0xFF: it is no digit.
constexpr auto k_digit_values = [] {
   std::array<std::uint8_t, 256> out{};
   out.fill(0xFF);
   for (std::uint8_t i = 0; i < 10; ++i)
      out['0' + i] = i;
   for (std::uint8_t i = 0; i < 6; ++i)
      out['a' + i] = out['A' + i] = static_cast<std::uint8_t>(10 + i);
   return out;
}();

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
   std::uint8_t wrong = 0;
   for (std::size_t i = 0; i < out.size(); ++i) {
      const std::uint8_t high = k_digit_values[static_cast<std::uint8_t>(text[2 * i])];
      const std::uint8_t low = k_digit_values[static_cast<std::uint8_t>(text[2 * i + 1])];
      wrong |= high | low;
      out[i] = static_cast<std::uint8_t>(high << 4 | (low & 15));
   }
   return wrong < 16;
}

std::optional<Bytes> bytes_from_hex(std::string_view text) {
   Bytes out(text.size() / 2);
   if (text.size() % 2 != 0 || !from_hex(text, out))
      return std::nullopt;
   return out;
}

} // namespace nebula::common
