#include "host/config/env_file.h"

#include "host/config/text.h"

#include <algorithm>
#include <optional>

namespace nebula::host::config {

namespace {

std::string_view trimmed(std::string_view text) {
   const std::size_t first = text.find_first_not_of(" \t");
   if (first == std::string_view::npos)
      return {};
   return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_name(std::string_view name) {
   return !name.empty() && !(name[0] >= '0' && name[0] <= '9') && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
   });
}

char unescaped(char c) {
   return c == 'n' ? '\n' : c == 't' ? '\t' : c;
}

/// The value inside quotes; nullopt when the quote does not close, or something follows it.
std::optional<std::string> quoted_value(std::string_view text) {
   const char quote = text[0];
   std::string value;
   for (std::size_t at = 1; at < text.size(); ++at) {
      if (text[at] == quote) {
         const std::string_view rest = trimmed(text.substr(at + 1));
         return rest.empty() || rest.starts_with('#') ? std::optional(value) : std::nullopt;
      }
      if (quote == '"' && text[at] == '\\' && at + 1 < text.size())
         value += unescaped(text[++at]);
      else
         value += text[at];
   }
   return std::nullopt;
}

std::string plain_value(std::string_view text) {
   const std::size_t comment = text.find(" #");
   return std::string(trimmed(text.substr(0, comment)));
}

} // namespace

std::vector<EnvLine> read_env_file(std::string_view bytes, const Origin &file, Mistakes &mistakes) {
   std::vector<EnvLine> lines;
   const auto source = SourceText::read(bytes, file, mistakes);
   for (std::size_t number = 1; source && (number == 1 || source->has_lines_below(number - 1)); ++number) {
      std::string_view text = trimmed(source->line(number));
      if (text.empty() || text.starts_with('#'))
         continue;
      if (text.starts_with("export "))
         text = trimmed(text.substr(7));
      Origin origin = file;
      origin.line = static_cast<std::uint32_t>(number);
      origin.column =
         source->position(number - 1, static_cast<std::size_t>(text.data() - source->line(number).data())).column;
      const std::size_t equals = text.find('=');
      const std::string_view name = trimmed(text.substr(0, equals));
      if (equals == std::string_view::npos || !is_name(name)) {
         mistakes.add(std::move(origin), "", "this line is not NAME=value (a comment begins with #)");
         continue;
      }
      const std::string_view rest = trimmed(text.substr(equals + 1));
      const bool is_quoted = rest.starts_with('"') || rest.starts_with('\'');
      auto value = is_quoted ? quoted_value(rest) : std::optional(plain_value(rest));
      if (!value)
         mistakes.add(std::move(origin), "",
                      "the quotes around the value of " + std::string(name) + " do not close at its end");
      else
         lines.push_back({std::string(name), std::move(*value), std::move(origin)});
   }
   return lines;
}

} // namespace nebula::host::config
