#include "common/plain_text.h"

#include <nebula/text.hpp>

#include <cstdint>

namespace nebula::common {
namespace {

/// Of a sequence that `utf8_length` has measured.
std::uint32_t code_of(std::string_view sequence) {
   const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
   if (sequence.size() == 1)
      return byte(0);
   std::uint32_t code = byte(0) & (0x7Fu >> sequence.size());
   for (std::size_t i = 1; i < sequence.size(); ++i)
      code = code << 6 | (byte(i) & 0x3Fu);
   return code;
}

struct Range {
   std::uint32_t first, last;
};
constexpr Range k_not_plain[] = {
   {0x0000, 0x001F}, // control characters
   {0x007F, 0x009F}, // and the second set of them, which terminals obey too
   {0x00AD, 0x00AD}, // soft hyphen
   {0x061C, 0x061C}, // a mark of direction
   {0x200B, 0x200F}, // no width; marks of direction
   {0x2028, 0x202E}, // separators; embeddings and overrides of direction
   {0x2060, 0x206F}, // no width; isolates of direction
   {0xFEFF, 0xFEFF}, // byte order mark
   {0xFFF9, 0xFFFD}, // annotations; the replacement character
};

bool is_plain(std::uint32_t code) {
   for (const Range &range : k_not_plain)
      if (code >= range.first && code <= range.last)
         return false;
   return true;
}

/// Calls `each(sequence, plain)` for every character, and every byte that is part of none.
template <class Each>
void each_character(std::string_view text, const Each &each) {
   while (!text.empty()) {
      const std::size_t length = utf8_length(text);
      const std::string_view sequence = text.substr(0, length == 0 ? 1 : length);
      each(sequence, length != 0 && is_plain(code_of(sequence)));
      text.remove_prefix(sequence.size());
   }
}

} // namespace

bool is_plain_text(std::string_view text) {
   bool all = true;
   each_character(text, [&](std::string_view, bool plain) { all = all && plain; });
   return all;
}

void keep_plain_text(std::string &text) {
   std::string kept;
   each_character(text, [&](std::string_view sequence, bool plain) {
      if (plain)
         kept.append(sequence);
   });
   text = std::move(kept);
}

std::string_view trimmed(std::string_view text) {
   const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; };
   while (!text.empty() && is_blank(text.front()))
      text.remove_prefix(1);
   while (!text.empty() && is_blank(text.back()))
      text.remove_suffix(1);
   return text;
}

} // namespace nebula::common
