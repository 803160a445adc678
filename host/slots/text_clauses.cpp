#include "host/slots/text_clauses.h"

#include <algorithm>

namespace nebula::host {
namespace {

/// The place behind the closing quote of a text that begins with one; npos when there is none.
std::size_t behind_quotes(std::string_view text) {
   for (std::size_t i = 1; i < text.size(); ++i) {
      if (text[i] == '\\')
         ++i;
      else if (text[i] == '"')
         return i + 1;
   }
   return std::string_view::npos;
}

/// Where the clause that begins `text` ends: at a comma, or at the end.
std::size_t end_of_clause(std::string_view text) {
   std::size_t at = text.find_first_of(",=");
   if (at == std::string_view::npos || text[at] == ',')
      return std::min(at, text.size());
   const std::size_t value = text.find_first_not_of(" \t", at + 1);
   if (value == std::string_view::npos)
      return text.size();
   at = value;
   if (text[value] == '"') {
      const std::size_t behind = behind_quotes(text.substr(value));
      if (behind == std::string_view::npos)
         return text.size();
      at += behind;
   }
   return std::min(text.find(',', at), text.size());
}

} // namespace

std::vector<std::string_view> split_clauses(std::string_view text) {
   std::vector<std::string_view> pieces;
   if (trimmed(text).empty())
      return pieces;
   for (;;) {
      const std::size_t end = end_of_clause(text);
      pieces.push_back(trimmed(text.substr(0, end)));
      if (end == text.size())
         return pieces;
      text.remove_prefix(end + 1);
   }
}

std::optional<std::string> unquoted(std::string_view value, const char *&why) {
   if (value.empty() || value.front() != '"') {
      if (value.find_first_of("=?!") == std::string_view::npos)
         return std::string(value);
      why = "has a value with one of '=' '?' '!'; put it into double quotes";
      return std::nullopt;
   }
   if (behind_quotes(value) != value.size()) {
      why = "has a value whose double quotes do not end where it ends";
      return std::nullopt;
   }
   std::string meant;
   for (std::size_t i = 1; i + 1 < value.size(); ++i) {
      if (value[i] == '\\')
         ++i;
      meant += value[i];
   }
   return meant;
}

} // namespace nebula::host
