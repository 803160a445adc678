#include "log/escape.h"

#include <cstdint>

namespace nebula::host {
namespace {

constexpr char k_hex[] = "0123456789abcdef";

struct Character {
   uint32_t code;      // the byte itself when not valid
   std::size_t length; // bytes it takes, at least 1
   bool valid;
};

[[nodiscard]] Character decode(std::string_view rest) {
   const auto byte = [&](std::size_t i) { return static_cast<uint8_t>(rest[i]); };
   const uint8_t first = byte(0);
   if (first < 0x80)
      return {first, 1, true};
   std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
   if (first < 0xc2 || first > 0xf4 || rest.size() < length)
      return {first, 1, false};
   uint32_t code = first & (0x7fu >> length);
   for (std::size_t i = 1; i < length; ++i) {
      if ((byte(i) & 0xc0) != 0x80)
         return {first, 1, false};
      code = (code << 6) | (byte(i) & 0x3fu);
   }
   const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
   if (overlong || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
      return {first, 1, false};
   return {code, length, true};
}

void append_hex(std::string &out, std::string_view prefix, uint32_t code, int digits) {
   out += prefix;
   for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
      out += k_hex[(code >> shift) & 0xf];
}

/// C1 controls, line and paragraph separators, and the characters that turn the reading direction.
[[nodiscard]] bool is_treacherous(uint32_t code) {
   return (code >= 0x80 && code < 0xa0) || code == 0x2028 || code == 0x2029 || code == 0x200e || code == 0x200f ||
          (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

[[nodiscard]] const char *short_escape(uint32_t code) {
   switch (code) {
   case '\n':
      return "\\n";
   case '\r':
      return "\\r";
   case '\t':
      return "\\t";
   default:
      return nullptr;
   }
}

template <class Special>
void append_each(std::string &out, std::string_view text, Special special) {
   while (!text.empty()) {
      const Character c = decode(text);
      if (!special(c))
         out += text.substr(0, c.length);
      text.remove_prefix(c.length);
   }
}

} // namespace

void append_escaped_text(std::string &out, std::string_view text) {
   append_each(out, text, [&](const Character &c) {
      if (c.valid && c.code >= 0x20 && c.code != 0x7f && !is_treacherous(c.code))
         return false;
      if (const char *known = c.valid ? short_escape(c.code) : nullptr)
         out += known;
      else if (c.valid && c.code >= 0x80)
         append_hex(out, "\\u", c.code, 4);
      else
         append_hex(out, "\\x", c.code, 2);
      return true;
   });
}

void append_escaped_json(std::string &out, std::string_view text) {
   append_each(out, text, [&](const Character &c) {
      if (!c.valid)
         append_hex(out, "\\\\x", c.code, 2);
      else if (c.code == '"' || c.code == '\\')
         (out += '\\') += static_cast<char>(c.code);
      else if (const char *known = short_escape(c.code))
         out += known;
      else if (c.code < 0x20 || c.code == 0x7f || is_treacherous(c.code))
         append_hex(out, "\\u", c.code, 4);
      else
         return false;
      return true;
   });
}

std::string_view cut_utf8(std::string_view text, std::size_t max) {
   if (text.size() <= max)
      return text;
   std::size_t end = max;
   for (int back = 0; back < 3 && end > 0 && (static_cast<uint8_t>(text[end]) & 0xc0) == 0x80; ++back)
      --end;
   return text.substr(0, end);
}

} // namespace nebula::host
