#pragma once

/// Splitting "a=1, b=2" at its commas, for properties and selections alike.

#include <string_view>
#include <vector>

namespace nebula::host {

/// Without spaces and tabs at either end.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text) noexcept {
   const auto first = text.find_first_not_of(" \t");
   if (first == std::string_view::npos)
      return {};
   return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The pieces between commas, trimmed; none for a text of spaces. A stray comma gives an empty piece.
[[nodiscard]] inline std::vector<std::string_view> split_clauses(std::string_view text) {
   std::vector<std::string_view> pieces;
   if (trimmed(text).empty())
      return pieces;
   for (std::size_t begin = 0;;) {
      const auto comma = text.find(',', begin);
      pieces.push_back(trimmed(text.substr(begin, comma == std::string_view::npos ? comma : comma - begin)));
      if (comma == std::string_view::npos)
         return pieces;
      begin = comma + 1;
   }
}

} // namespace nebula::host
