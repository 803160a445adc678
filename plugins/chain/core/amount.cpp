#include "amount.h"

#include <algorithm>
#include <charconv>

namespace nebula::chain {
namespace {

constexpr std::size_t k_decimals = 6;

bool all_digits(std::string_view text) {
   return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

std::string to_text_zion(Amount amount) {
   std::string decimals = std::to_string(amount % k_units_per_zion);
   decimals.insert(0, k_decimals - decimals.size(), '0');
   return std::to_string(amount / k_units_per_zion) + "." + decimals;
}

Result<Amount> parse_zion(std::string_view text) {
   const std::size_t point = text.find('.');
   const std::string_view whole = text.substr(0, point);
   const std::string_view part = point == std::string_view::npos ? "0" : text.substr(point + 1);
   const Error wrong = invalid("\"" + std::string(text.substr(0, 40)) +
                               "\" is not an amount of ZION: write digits with at most six decimals, such as 12.5");
   if (!all_digits(whole) || !all_digits(part) || part.size() > k_decimals || whole.size() > 12)
      return wrong;
   std::string digits = std::string(whole) + std::string(part);
   digits.append(k_decimals - part.size(), '0');
   Amount out = 0;
   const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
   if (error != std::errc() || end != digits.data() + digits.size())
      return wrong;
   if (out > k_max_supply)
      return invalid("there will never be more than 144000000000 ZION");
   return out;
}

} // namespace nebula::chain
