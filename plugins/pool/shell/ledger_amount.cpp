#include "ledger_amount.h"

#include <nebula/error.hpp>

namespace nebula::pool {

accounts::Amount amount_of(std::string_view coins, unsigned decimals) {
   const auto refuse = [&](const char *why) -> accounts::Amount {
      throw Error(NEB_E_CONFIG, '"', coins, "\" is no amount of coins: ", why);
   };
   const std::size_t point = coins.find('.');
   const std::string_view whole = coins.substr(0, point);
   const std::string_view part = point == std::string_view::npos ? std::string_view() : coins.substr(point + 1);
   if (whole.empty() || (point != std::string_view::npos && part.empty()))
      return refuse("write digits, as in 1 or 0.25");
   accounts::u128 out = 0;
   bool rest = false;
   const auto take = [&](char digit, bool counts) {
      if (digit < '0' || digit > '9')
         refuse("write digits, as in 1 or 0.25");
      if (counts)
         out = out * 10 + static_cast<unsigned>(digit - '0');
      else
         rest |= digit != '0';
      if (out > ~accounts::Amount{0})
         refuse("it is more than there can be");
   };
   for (const char digit : whole)
      take(digit, true);
   for (std::size_t i = 0; i < part.size(); ++i)
      take(part[i], i < decimals);
   for (std::size_t i = part.size(); i < decimals; ++i)
      take('0', true);
   return static_cast<accounts::Amount>(out) + (rest ? 1 : 0);
}

} // namespace nebula::pool
