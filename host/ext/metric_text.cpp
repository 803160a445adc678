#include "ext/metric_text.h"

#include <algorithm>
#include <array>

namespace nebula::host {
namespace {

constexpr std::array<std::string_view, 8> k_reserved_suffixes = {"_total", "_bucket",  "_count",  "_sum",
                                                                 "_info",  "_created", "_gcount", "_gsum"};
constexpr std::array<std::string_view, 9> k_units = {"seconds", "bytes",  "ratio", "celsius", "joules",
                                                     "volts",   "meters", "grams", "amperes"};

[[nodiscard]] bool is_letter(char c) {
   return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

[[nodiscard]] bool is_label_name(std::string_view name) {
   if (name.empty() || !is_letter(name[0]) || name.starts_with("__") || name == "instance" || name == "le")
      return false;
   return std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

/// Reads the value after the opening quote and removes it with its closing quote.
[[nodiscard]] std::optional<std::string> take_value(std::string_view &rest) {
   std::string value;
   while (!rest.empty()) {
      const char c = rest.front();
      rest.remove_prefix(1);
      if (c == '"')
         return value;
      if (static_cast<unsigned char>(c) < 0x20)
         return std::nullopt;
      if (c != '\\') {
         value += c;
         continue;
      }
      if (rest.empty())
         return std::nullopt;
      const char escaped = rest.front();
      rest.remove_prefix(1);
      if (escaped != '\\' && escaped != '"' && escaped != 'n')
         return std::nullopt;
      value += escaped == 'n' ? '\n' : escaped;
   }
   return std::nullopt;
}

void append_escaped(std::string &out, std::string_view text, bool quotes) {
   for (const char c : text) {
      if (c == '\\' || (quotes && c == '"'))
         (out += '\\') += c;
      else if (c == '\n')
         out += "\\n";
      else
         out += c;
   }
}

} // namespace

bool is_metric_name(std::string_view name) {
   if (name.empty() || name[0] < 'a' || name[0] > 'z')
      return false;
   for (const std::string_view suffix : k_reserved_suffixes)
      if (name.ends_with(suffix))
         return false;
   return std::all_of(name.begin(), name.end(),
                      [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

std::optional<Labels> parse_labels(std::string_view text) {
   Labels labels;
   while (!text.empty()) {
      const std::size_t equals = text.find("=\"");
      if (equals == std::string_view::npos || !is_label_name(text.substr(0, equals)))
         return std::nullopt;
      std::string name(text.substr(0, equals));
      text.remove_prefix(equals + 2);
      auto value = take_value(text);
      if (!value)
         return std::nullopt;
      labels.emplace_back(std::move(name), std::move(*value));
      if (text.empty())
         break;
      if (text.front() != ',' || text.size() == 1)
         return std::nullopt;
      text.remove_prefix(1);
   }
   std::sort(labels.begin(), labels.end());
   const auto twice =
      std::adjacent_find(labels.begin(), labels.end(), [](const auto &a, const auto &b) { return a.first == b.first; });
   if (twice != labels.end())
      return std::nullopt;
   return labels;
}

void append_label(std::string &out, std::string_view name, std::string_view value) {
   out += name;
   out += "=\"";
   append_escaped(out, value, true);
   out += '"';
}

std::string escape_help(std::string_view help, bool quotes) {
   std::string out;
   append_escaped(out, help, quotes);
   return out;
}

std::string decimal_unsigned(uint64_t value, uint64_t divisor) {
   std::string out = std::to_string(value / divisor);
   uint64_t rest = value % divisor;
   if (rest == 0)
      return out;
   out += '.';
   for (int digits = 0; rest != 0 && digits < 18; ++digits) {
      if (rest > UINT64_MAX / 10) { // an absurd divisor: the digits that follow are below any use
         rest /= 10;
         divisor /= 10;
      }
      rest *= 10;
      out += static_cast<char>('0' + std::min<uint64_t>(rest / divisor, 9));
      rest %= divisor;
   }
   return out;
}

std::string decimal(int64_t value, uint64_t divisor) {
   if (value >= 0)
      return decimal_unsigned(static_cast<uint64_t>(value), divisor);
   return '-' + decimal_unsigned(uint64_t{0} - static_cast<uint64_t>(value), divisor);
}

std::string_view unit_of(std::string_view name) {
   const std::size_t cut = name.rfind('_');
   if (cut == std::string_view::npos)
      return {};
   const auto unit = std::find(k_units.begin(), k_units.end(), name.substr(cut + 1));
   return unit == k_units.end() ? std::string_view{} : *unit;
}

} // namespace nebula::host
