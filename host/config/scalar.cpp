#include "host/config/scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace nebula::host::config {

namespace {

bool is_digit(char c) {
   return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text) {
   return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

/// [-+]? ( digits [. digits*] | . digits ) ( [eE] [-+]? digits )?
bool looks_real(std::string_view text) {
   std::size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
   std::size_t digits = 0;
   const auto skip_digits = [&] {
      for (; at < text.size() && is_digit(text[at]); ++at)
         ++digits;
   };
   skip_digits();
   if (at < text.size() && text[at] == '.') {
      ++at;
      skip_digits();
   }
   if (digits == 0)
      return false;
   if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
      ++at;
      if (at < text.size() && (text[at] == '-' || text[at] == '+'))
         ++at;
      digits = 0;
      skip_digits();
      if (digits == 0)
         return false;
   }
   return at == text.size();
}

std::optional<double> to_real(std::string_view text) {
   if (!text.empty() && text[0] == '+')
      text.remove_prefix(1);
   double value = 0;
   const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
   if (end != text.data() + text.size())
      return std::nullopt;
   if (problem == std::errc::result_out_of_range) // too large, or too small to differ from zero
      return text.find("e-") != std::string_view::npos || text.find("E-") != std::string_view::npos ? 0.0 : HUGE_VAL;
   return problem == std::errc{} ? std::optional(value) : std::nullopt;
}

/// Decimal, 0x and 0o whole numbers; nullopt when it is none or does not fit 64 bits.
std::optional<Value> to_whole(std::string_view text, const Origin &origin) {
   bool negative = false;
   int base = 10;
   if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
      negative = text[0] == '-';
      text.remove_prefix(1);
      if (!all_digits(text)) // a sign goes with decimals only
         return std::nullopt;
   } else if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'o')) {
      base = text[1] == 'x' ? 16 : 8;
      text.remove_prefix(2);
   }
   std::uint64_t magnitude = 0;
   const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), magnitude, base);
   if (text.empty() || problem != std::errc{} || end != text.data() + text.size())
      return std::nullopt;
   if (!negative)
      return Value::unsigned_integer(magnitude, origin);
   constexpr std::uint64_t k_lowest = std::uint64_t{1} << 63;
   if (magnitude > k_lowest)
      return std::nullopt;
   return Value::integer(static_cast<std::int64_t>(~magnitude + 1), origin);
}

constexpr std::array<std::string_view, 5> k_nulls{"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 3> k_true{"true", "True", "TRUE"};
constexpr std::array<std::string_view, 3> k_false{"false", "False", "FALSE"};

template <class List>
bool is_one_of(const List &list, std::string_view text) {
   return std::find(list.begin(), list.end(), text) != list.end();
}

} // namespace

Value plain_scalar(std::string_view text, const Origin &origin) {
   const auto typed = [&]() -> std::optional<Value> {
      if (is_one_of(k_nulls, text))
         return Value::null(origin);
      if (is_one_of(k_true, text))
         return Value::boolean(true, origin);
      if (is_one_of(k_false, text))
         return Value::boolean(false, origin);
      if (auto whole = to_whole(text, origin))
         return whole;
      if (looks_real(text))
         if (const auto real = to_real(text))
            return Value::real(*real, origin);
      return std::nullopt;
   }();
   return (typed ? *typed : Value::string(std::string(text), origin)).with_written(std::string(text));
}

bool looks_boolean(std::string_view text) {
   constexpr std::array<std::string_view, 6> k_words{"yes", "no", "on", "off", "y", "n"};
   std::string lower(text.substr(0, 4));
   std::transform(lower.begin(), lower.end(), lower.begin(),
                  [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
   return is_one_of(k_words, lower);
}

} // namespace nebula::host::config
