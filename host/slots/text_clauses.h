#pragma once

/// The text that properties and selections share: clauses separated by commas, each with a value that may stand in
/// double quotes, as in  algorithm="yescrypt:N=4096,r=16", device=cpu.

#include <optional>
#include <string>
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

/// The pieces between commas outside quotes, trimmed; none for a text of spaces. A stray comma gives an empty piece. A
/// quote that does not end reaches to the end of the text.
[[nodiscard]] std::vector<std::string_view> split_clauses(std::string_view text);

/// The value behind a clause's '=' as it is meant: without its quotes and escapes. nullopt, with `why` said: the quotes
/// are wrong.
[[nodiscard]] std::optional<std::string> unquoted(std::string_view value, const char *&why);

} // namespace nebula::host
