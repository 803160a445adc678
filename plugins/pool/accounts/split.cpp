#include "split.h"

#include <algorithm>
#include <numeric>

namespace nebula::pool::accounts {

std::vector<Amount> split(Amount whole, std::span<const std::uint64_t> weights) {
   std::vector<Amount> out(weights.size(), 0);
   u128 total = 0;
   for (const std::uint64_t weight : weights)
      total += weight;
   if (total == 0)
      return out;
   // Products of 64 bits by 64 bits fit; a remainder is below `total`, which may have more than 64 bits.
   std::vector<u128> lost(weights.size());
   Amount given = 0;
   for (std::size_t i = 0; i < weights.size(); ++i) {
      const u128 product = u128{whole} * weights[i];
      out[i] = static_cast<Amount>(product / total);
      lost[i] = product % total;
      given += out[i];
   }
   // Fewer units are left than there are parts that lost something.
   const auto left = static_cast<std::size_t>(whole - given);
   if (left == 0)
      return out;
   std::vector<std::size_t> order(weights.size());
   std::iota(order.begin(), order.end(), 0u);
   const auto lost_more = [&](std::size_t a, std::size_t b) { return lost[a] != lost[b] ? lost[a] > lost[b] : a < b; };
   std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(left) - 1, order.end(), lost_more);
   for (std::size_t i = 0; i < left; ++i)
      ++out[order[i]];
   return out;
}

Amount part_of(Amount whole, std::uint32_t ppm) {
   return static_cast<Amount>(u128{whole} * ppm / 1'000'000);
}

std::vector<Amount> bonuses(std::span<const Amount> parts, std::span<const std::uint32_t> percents, Amount most) {
   std::vector<Amount> out(parts.size(), 0);
   u128 total = 0;
   for (std::size_t i = 0; i < parts.size(); ++i) {
      if (percents[i] <= 100)
         continue;
      const u128 wanted = u128{parts[i]} * (percents[i] - 100) / 100;
      out[i] = static_cast<Amount>(std::min<u128>(wanted, most));
      total += out[i];
   }
   return total > most ? split(most, out) : out;
}

} // namespace nebula::pool::accounts
