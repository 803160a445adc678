#include "host/pow/hit_rate.h"

#include <cmath>
#include <cstdio>

namespace nebula::host {

std::optional<std::string> HitRate::add(double expected, std::uint64_t found) {
   const std::lock_guard lock(mutex_);
   expected_ += expected;
   found_ += static_cast<double>(found);
   if (expected_ >= k_expected_min && found_ < expected_ - k_deviations * std::sqrt(expected_)) {
      char text[160];
      std::snprintf(text, sizeof text,
                    "found %.0f hits where %.0f were due: it skips nonces or claims hashes it never computed", found_,
                    expected_);
      return std::string(text);
   }
   if (expected_ > k_expected_max) {
      expected_ /= 2;
      found_ /= 2;
   }
   return std::nullopt;
}

} // namespace nebula::host
