#pragma once

/// The bytes of a file, checked to be UTF-8 text, and where its lines are.

#include "host/config/mistake.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::host::config {

struct Position {
   std::uint32_t line = 1;
   std::uint32_t column = 1; // in characters, as editors count
};

class SourceText {
public:
   /// Takes UTF-8 with or without a byte order mark and with LF or CRLF line ends. Refuses, with the position of the
   /// first bad byte: UTF-16, invalid UTF-8, NUL bytes, and more than k_max_file_bytes.
   [[nodiscard]] static std::optional<SourceText> read(std::string_view bytes, const Origin &file, Mistakes &mistakes);

   [[nodiscard]] const std::string &text() const noexcept { return text_; }
   /// Line number `line` (1-based) without its end; empty past the last.
   [[nodiscard]] std::string_view line(std::size_t line) const;
   /// The position for people of byte `byte_column` (0-based) of line `line` (0-based). Counting goes on from the
   /// previous answer where it can, so that asking for every value of one long line is not quadratic; hence for one
   /// thread at a time.
   [[nodiscard]] Position position(std::size_t line, std::size_t byte_column) const;
   [[nodiscard]] bool has_lines_below(std::size_t line) const noexcept { return line < line_starts_.size(); }

private:
   struct Counted {
      std::size_t line = 0, bytes = 0, characters = 0;
   };

   mutable Counted counted_; // characters in the first `bytes` of a line
   std::string text_;        // without byte order mark, lines end in LF
   std::vector<std::size_t> line_starts_;
};

/// The index of the first byte that is no valid UTF-8, or nullopt.
[[nodiscard]] std::optional<std::size_t> find_bad_utf8(std::string_view text);

} // namespace nebula::host::config
