#include "host/config/units.h"

#include <algorithm>
#include <array>
#include <utility>

namespace nebula::host::config {

namespace {

__extension__ using Wide = unsigned __int128;
using Unit = std::pair<std::string_view, std::uint64_t>;

constexpr std::uint64_t k_second = 1'000'000'000;
constexpr std::array<Unit, 8> k_duration_units{{{"ns", 1},
                                                {"us", 1'000},
                                                {"ms", 1'000'000},
                                                {"s", k_second},
                                                {"m", 60 * k_second},
                                                {"min", 60 * k_second},
                                                {"h", 3600 * k_second},
                                                {"d", 86400 * k_second}}};
constexpr std::array<Unit, 10> k_size_units{{{"B", 1},
                                             {"KiB", 1ull << 10},
                                             {"MiB", 1ull << 20},
                                             {"GiB", 1ull << 30},
                                             {"TiB", 1ull << 40},
                                             {"kB", 1'000},
                                             {"KB", 1'000},
                                             {"MB", 1'000'000},
                                             {"GB", 1'000'000'000},
                                             {"TB", 1'000'000'000'000}}};

template <class Units>
std::optional<std::uint64_t> find_unit(const Units &units, std::string_view name) {
   const auto found = std::find_if(units.begin(), units.end(), [&](const Unit &unit) { return unit.first == name; });
   return found == units.end() ? std::nullopt : std::optional(found->second);
}

bool is_digit(char c) {
   return c >= '0' && c <= '9';
}

/// A decimal "12" or "1.5" as digits / 10^decimals.
struct Decimal {
   std::uint64_t digits = 0;
   std::uint64_t divisor = 1;
};

/// Takes a decimal off the front of `text`; nullopt when there is none or it has more than 18 digits.
std::optional<Decimal> take_decimal(std::string_view &text) {
   Decimal number;
   std::size_t used = 0;
   std::size_t count = 0;
   bool fraction = false;
   for (; used < text.size() && (is_digit(text[used]) || (text[used] == '.' && !fraction && count > 0)); ++used) {
      if (text[used] == '.') {
         fraction = true;
         continue;
      }
      if (++count > 18)
         return std::nullopt;
      number.digits = number.digits * 10 + static_cast<std::uint64_t>(text[used] - '0');
      number.divisor *= fraction ? 10 : 1;
   }
   if (count == 0 || text[used - 1] == '.')
      return std::nullopt;
   text.remove_prefix(used);
   return number;
}

/// number * unit when that is whole and below 2^63.
std::optional<std::uint64_t> scale(Decimal number, std::uint64_t unit) {
   const auto product = static_cast<Wide>(number.digits) * unit;
   if (product % number.divisor != 0 || product / number.divisor > static_cast<std::uint64_t>(INT64_MAX))
      return std::nullopt;
   return static_cast<std::uint64_t>(product / number.divisor);
}

std::string_view take_word(std::string_view &text) {
   std::size_t used = 0;
   while (used < text.size() && !is_digit(text[used]))
      ++used;
   const std::string_view word = text.substr(0, used);
   text.remove_prefix(used);
   return word;
}

std::string_view trimmed(std::string_view word) {
   while (word.starts_with(' '))
      word.remove_prefix(1);
   while (word.ends_with(' '))
      word.remove_suffix(1);
   return word;
}

} // namespace

std::optional<std::uint64_t> duration_unit(std::string_view unit) {
   return find_unit(k_duration_units, unit);
}
std::optional<std::uint64_t> size_unit(std::string_view unit) {
   return find_unit(k_size_units, unit);
}

std::optional<std::uint64_t> parse_duration(std::string_view text) {
   std::uint64_t total = 0;
   std::uint64_t previous_unit = UINT64_MAX; // units only get smaller: 1h30m, never 30m1h or 1h1h
   do {
      const auto number = take_decimal(text);
      if (!number)
         return std::nullopt;
      const std::string_view word = trimmed(take_word(text));
      const auto unit =
         word.empty() && previous_unit == UINT64_MAX && text.empty() ? std::optional(k_second) : duration_unit(word);
      const auto part = unit && *unit < previous_unit ? scale(*number, *unit) : std::nullopt;
      if (!part || *part > static_cast<std::uint64_t>(INT64_MAX) - total)
         return std::nullopt;
      total += *part;
      previous_unit = *unit;
   } while (!text.empty());
   return total;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
   const auto number = take_decimal(text);
   if (!number)
      return std::nullopt;
   const std::string_view word = trimmed(text);
   const auto unit = word.empty() ? std::optional<std::uint64_t>(1) : size_unit(word);
   return unit ? scale(*number, *unit) : std::nullopt;
}

} // namespace nebula::host::config
