#include "host/config/text.h"

#include "host/config/limits.h"

#include <algorithm>
#include <cstdio>

namespace nebula::host::config {

namespace {

unsigned byte_at(std::string_view text, std::size_t at) {
   return static_cast<unsigned char>(text[at]);
}

/// Length of the well-formed UTF-8 sequence at `at` (Unicode 15, table 3-7), or 0.
std::size_t sequence_length(std::string_view text, std::size_t at) {
   const unsigned lead = byte_at(text, at);
   if (lead < 0x80)
      return 1;
   const std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                              : (lead & 0xF0) == 0xE0        ? 3
                              : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                             : 0;
   if (length == 0 || at + length > text.size())
      return 0;
   const unsigned second = byte_at(text, at + 1);
   const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
   const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
   if (second < low || second > high)
      return 0;
   for (std::size_t i = 2; i < length; ++i)
      if ((byte_at(text, at + i) & 0xC0) != 0x80)
         return 0;
   return length;
}

std::string without_carriage_returns(std::string_view bytes) {
   std::string text;
   text.reserve(bytes.size());
   for (std::size_t i = 0; i < bytes.size(); ++i)
      if (bytes[i] != '\r' || i + 1 == bytes.size() || bytes[i + 1] != '\n')
         text += bytes[i];
   return text;
}

Origin origin_of_byte(std::string_view text, std::size_t at, const Origin &file) {
   Origin origin = file;
   const std::string_view before = text.substr(0, at);
   origin.line = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n')) + 1;
   const std::size_t line_start = before.rfind('\n') + 1; // npos + 1 is 0
   origin.column = static_cast<std::uint32_t>(std::count_if(before.begin() + static_cast<std::ptrdiff_t>(line_start),
                                                            before.end(), [](char c) { return (c & 0xC0) != 0x80; })) +
                   1;
   return origin;
}

} // namespace

std::optional<std::size_t> find_bad_utf8(std::string_view text) {
   for (std::size_t at = 0; at < text.size();) {
      const std::size_t length = sequence_length(text, at);
      if (length == 0)
         return at;
      at += length;
   }
   return std::nullopt;
}

std::optional<SourceText> SourceText::read(std::string_view bytes, const Origin &file, Mistakes &mistakes) {
   const auto refuse = [&](Origin where, std::string why) {
      mistakes.add(std::move(where), "", std::move(why));
      return std::nullopt;
   };
   if (bytes.size() > k_max_file_bytes)
      return refuse(file, "the file has " + std::to_string(bytes.size()) + " bytes; a configuration has at most " +
                             std::to_string(k_max_file_bytes));
   if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"))
      return refuse(file, "the file is saved as UTF-16; save it as UTF-8");
   if (bytes.starts_with("\xEF\xBB\xBF"))
      bytes.remove_prefix(3);
   if (const std::size_t nul = bytes.find('\0'); nul != std::string_view::npos)
      return refuse(origin_of_byte(bytes, nul, file),
                    "a zero byte: this is no text file, or it is saved as UTF-16 (save it as UTF-8)");
   if (const auto bad = find_bad_utf8(bytes)) {
      char hex[8];
      std::snprintf(hex, sizeof hex, "0x%02X", byte_at(bytes, *bad));
      return refuse(origin_of_byte(bytes, *bad, file),
                    "the byte " + std::string(hex) + " is not UTF-8; save the file as UTF-8");
   }
   SourceText source;
   source.text_ = without_carriage_returns(bytes);
   source.line_starts_.push_back(0);
   for (std::size_t i = 0; i < source.text_.size(); ++i)
      if (source.text_[i] == '\n')
         source.line_starts_.push_back(i + 1);
   return source;
}

std::string_view SourceText::line(std::size_t line) const {
   if (line == 0 || line > line_starts_.size())
      return {};
   const std::size_t start = line_starts_[line - 1];
   const std::size_t end = line < line_starts_.size() ? line_starts_[line] - 1 : text_.size();
   return std::string_view(text_).substr(start, end - start);
}

Position SourceText::position(std::size_t line_index, std::size_t byte_column) const {
   const std::string_view text = line(line_index + 1);
   const std::size_t end = std::min(byte_column, text.size());
   if (counted_.line != line_index || counted_.bytes > end)
      counted_ = {line_index, 0, 0};
   for (; counted_.bytes < end; ++counted_.bytes)
      counted_.characters += (text[counted_.bytes] & 0xC0) != 0x80 ? 1u : 0u;
   return {static_cast<std::uint32_t>(line_index + 1), static_cast<std::uint32_t>(counted_.characters) + 1};
}

} // namespace nebula::host::config
