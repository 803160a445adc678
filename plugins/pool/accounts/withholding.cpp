#include "withholding.h"

#include <algorithm>
#include <cmath>

namespace nebula::pool::accounts {

double lower_tail(std::uint64_t blocks, std::uint64_t expected_ppm) {
   const double mean = static_cast<double>(expected_ppm) / 1e6;
   if (mean <= 0)
      return 1;
   // Terms grow up to the mean: the sum is taken downwards from the last and largest one, in logarithms, until the rest
   // cannot matter. Above the mean the tail is more than a half, and nobody asks how much.
   const double last = static_cast<double>(blocks);
   if (last >= mean)
      return 1;
   double sum = 1, ratio = 1;
   for (double k = last; k > 0 && ratio > 1e-17; --k) {
      ratio *= k / mean;
      sum += ratio;
   }
   return std::min(1.0, std::exp(last * std::log(mean) - mean - std::lgamma(last + 1) + std::log(sum)));
}

} // namespace nebula::pool::accounts
