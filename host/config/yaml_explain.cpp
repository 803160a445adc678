#include "host/config/yaml_explain.h"

#include <array>

namespace nebula::host::config {

namespace {

struct Explanation {
   std::string_view parser_says; // a prefix
   std::string_view we_say;
};

constexpr std::array<Explanation, 16> k_explanations{{
   {"illegal map value", "a \"key: value\" cannot stand here; indent it like the lines it belongs with, and put quotes "
                         "around a value that itself holds \": \""},
   {"end of map not found",
    "this line is indented differently from the settings above it that it belongs with; settings of "
    "one group start in the same column"},
   {"end of sequence not found",
    "this line belongs neither to the list item above nor to a new one; indent it like the "
    "item's first setting, or begin it with \"- \""},
   {"end of sequence flow not found", "a list opened with [ is not closed with ]"},
   {"end of map flow not found", "a map opened with { is not closed with }"},
   {"illegal flow end", "a ] or } without the [ or { that opens it; put quotes around text that begins with one"},
   {"illegal block entry", "a list item (\"- \") cannot stand here; start it on a line of its own below the key"},
   {"illegal map key", "a key cannot stand here; check the indentation of this line and the one above"},
   {"unknown token", "this character cannot begin a value; put quotes around the value"},
   {"unknown escape character",
    "an unknown escape in a double-quoted text; write \\\\ for a backslash, or use single quotes"},
   {"the referenced anchor is not defined",
    "this *alias names no &anchor above it; put quotes around text that begins with *"},
   {"illegal document indicator in scalar", "a quoted text is not closed before the --- or ... line"},
   {"illegal EOF in scalar", "a quoted text is not closed"},
   {"bad character found while scanning hex number",
    "\\x, \\u and \\U in double quotes need 2, 4 and 8 hexadecimal digits"},
   {"cannot set zero indentation", "| and > take an indentation of 1 to 9"},
   {"alias not found after *",
    "a * must be followed by the name of an anchor; put quotes around text that begins with *"},
}};

bool indented_with_tab(std::string_view line) {
   const std::size_t content = line.find_first_not_of(" \t");
   return content != std::string_view::npos && line[content] != '#' && line.substr(0, content).find('\t') < content;
}

} // namespace

std::string explain_yaml_error(std::string_view parser_message, const SourceText &source, std::size_t &line,
                               std::size_t &byte_column) {
   for (const std::size_t candidate : {line, line + 1, line - 1}) {
      const std::string_view text = source.line(candidate + 1);
      if (!indented_with_tab(text))
         continue;
      line = candidate;
      byte_column = text.find('\t');
      return "a tab in the indentation; YAML allows only spaces there (replace it with spaces)";
   }
   const std::string_view text = source.line(line + 1);
   if (parser_message.starts_with("end of map flow") && text.find("${") != std::string_view::npos)
      return "inside { } a value with ${...} needs quotes: \"${NAME}\"";
   for (const Explanation &known : k_explanations)
      if (parser_message.starts_with(known.parser_says))
         return std::string(known.we_say);
   return "this is not YAML: " + std::string(parser_message);
}

} // namespace nebula::host::config
