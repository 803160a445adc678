#include "host/slots/properties.h"

#include "host/slots/text_clauses.h"

#include <nebula/text.hpp>

#include <algorithm>

namespace nebula::host {
namespace {

bool key_byte(char c) {
   return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

bool value_byte(char c) {
   const auto byte = static_cast<unsigned char>(c);
   return byte >= 0x20 && byte != 0x7F;
}

Error wrong(std::string_view clause, std::string_view why) {
   return {"the property \"" + std::string(clause.substr(0, k_max_property_value_bytes)) + "\" " + std::string(why) +
              "; write key=value, as in device=cpu",
           ErrorKind::configuration};
}

} // namespace

const char *wrong_with_key(std::string_view key) {
   if (key.empty())
      return "has no name before its '='";
   if (key.size() > k_max_property_key_bytes)
      return "has a name over 64 bytes";
   if (!std::all_of(key.begin(), key.end(), key_byte))
      return "has a name with other characters than a-z, 0-9, '-', '_' and '.'";
   return nullptr;
}

const char *wrong_with_value(std::string_view value) {
   if (value.empty())
      return "has no value after its '='";
   if (value.size() > k_max_property_value_bytes)
      return "has a value over 256 bytes";
   if (!std::all_of(value.begin(), value.end(), value_byte))
      return "has a value with a control character";
   return nullptr;
}

Result<Properties> parse_properties(std::string_view text) {
   Properties properties;
   for (const auto clause : split_clauses(text)) {
      const auto equals = clause.find('=');
      if (equals == std::string_view::npos)
         return wrong(clause, "has no '='");
      const auto key = trimmed(clause.substr(0, equals));
      const char *why = wrong_with_key(key);
      if (why)
         return wrong(clause, why);
      auto value = unquoted(trimmed(clause.substr(equals + 1)), why);
      if (!value || (why = wrong_with_value(*value)))
         return wrong(clause, why);
      if (properties.size() == k_max_properties)
         return wrong(clause, "is one too many (at most 32)");
      if (!properties.emplace(key, std::move(*value)).second)
         return wrong(clause, "stands twice");
   }
   return properties;
}

std::string to_text(const Properties &properties) {
   std::string text;
   for (const auto &[key, value] : properties) {
      if (!text.empty())
         text += ',';
      text += key;
      text += '=';
      text += property_value(value);
   }
   return text;
}

} // namespace nebula::host
