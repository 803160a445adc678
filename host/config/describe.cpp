#include "host/config/describe.h"

#include "host/config/limits.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace nebula::host::config {

namespace {

std::string_view cut(std::string_view text) {
   if (text.size() <= k_max_shown_bytes)
      return text;
   std::size_t end = k_max_shown_bytes;
   while (end > 0 && (text[end] & 0xC0) == 0x80)
      --end;
   return text.substr(0, end);
}

std::string number_text(double value) {
   char buffer[32];
   const auto [end, problem] = std::to_chars(buffer, buffer + sizeof buffer, value);
   return problem == std::errc{} ? std::string(buffer, end) : "a number";
}

} // namespace

std::string quoted_text(std::string_view text) {
   std::string out = "\"";
   for (const char c : cut(text)) {
      if (c == '\n')
         out += "\\n";
      else if (c == '\t')
         out += "\\t";
      else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
         char escape[8];
         std::snprintf(escape, sizeof escape, "\\x%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
         out += escape;
      } else
         out += c;
   }
   return out + (text.size() > k_max_shown_bytes ? "...\"" : "\"");
}

std::string shown(const Value &value) {
   if (value.secret())
      return "(secret)";
   switch (value.kind()) {
   case Kind::null:
      return "nothing";
   case Kind::boolean:
      return *value.as_bool() ? "true" : "false";
   case Kind::string:
      return quoted_text(without_credentials(*value.as_string()));
   case Kind::list:
      return "a list";
   case Kind::map:
      return "a map";
   case Kind::integer:
   case Kind::unsigned_integer:
   case Kind::real:
      break;
   }
   if (value.written())
      return std::string(cut(*value.written()));
   if (value.kind() == Kind::real)
      return number_text(*value.as_double());
   return value.as_int() ? std::to_string(*value.as_int()) : std::to_string(*value.as_uint());
}

bool sounds_secret(std::string_view key) {
   constexpr std::array<std::string_view, 10> k_words{"password",    "passwd",    "passphrase", "secret",
                                                      "token",       "api_key",   "mnemonic",   "private_key",
                                                      "seed_phrase", "credential"};
   std::string folded(key.substr(0, k_max_suggest_bytes));
   std::transform(folded.begin(), folded.end(), folded.begin(), [](char c) {
      return c == '-' || c == '.' ? '_' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
   });
   return std::any_of(k_words.begin(), k_words.end(),
                      [&](std::string_view word) { return folded.find(word) != std::string::npos; });
}

bool is_hidden(const Value &value, std::string_view key) {
   return value.secret() || (value.is_string() && !value.as_string()->empty() && sounds_secret(key));
}

std::string without_credentials(std::string_view text) {
   const std::size_t mark = text.find("://");
   if (mark == std::string_view::npos)
      return std::string(text);
   const std::size_t start = mark + 3;
   const std::size_t end = std::min(text.find_first_of("/?# ", start), text.size());
   const std::size_t at = text.substr(start, end - start).rfind('@');
   if (at == std::string_view::npos)
      return std::string(text);
   return std::string(text.substr(0, start)) + "(secret)" + std::string(text.substr(start + at));
}

} // namespace nebula::host::config
