#include "host/pow/eased_target.h"

#include <algorithm>
#include <cmath>

namespace nebula::host {

EasedTarget target_of_bits(unsigned bits) noexcept {
   EasedTarget eased{};
   const unsigned zero = std::min(bits, 255u);
   for (unsigned i = 0; i < 256; ++i)
      if (i >= zero)
         eased.target[i / 8] = static_cast<std::uint8_t>(eased.target[i / 8] | (0x80u >> (i % 8)));
   eased.probability = std::ldexp(1.0, -static_cast<int>(zero));
   return eased;
}

double probability_of(const Number256 &target) noexcept {
   double sum = 0;
   for (std::size_t i = target.size(); i-- > 0;)
      sum = (sum + static_cast<double>(target[i])) / 256;
   return sum;
}

EasedTarget ease(const Number256 &target, std::uint64_t count, double hits) noexcept {
   const EasedTarget own{target, probability_of(target)};
   if (hits <= 0 || count == 0)
      return own;
   const double hashes_per_hit = std::max(1.0, static_cast<double>(count) / hits);
   const EasedTarget eased = target_of_bits(static_cast<unsigned>(std::ceil(std::log2(hashes_per_hit))));
   return eased.target < target ? own : eased;
}

} // namespace nebula::host
