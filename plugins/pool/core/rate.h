#pragma once

/// A hash rate from what shares prove: hashes with an exponentially fading weight. For people, never for money.

#include "difficulty.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace nebula::pool {

class RateMeter {
public:
   /// What is older has faded to 37 percent. At one share in 20 s the rate is right within 18 percent or so.
   static constexpr double k_fade_s = 600;

   void add(Difficulty hashes, std::uint64_t now_ns) {
      sum_ = sum_ * fade(now_ns) + static_cast<double>(hashes);
      last_ns_ = now_ns;
   }
   /// Hashes per second, of something that began at `first_ns`.
   [[nodiscard]] double per_second(std::uint64_t first_ns, std::uint64_t now_ns) const {
      const double age_s = seconds(first_ns, now_ns);
      return sum_ * fade(now_ns) / (k_fade_s * (1 - std::exp(-std::max(age_s, 1.0) / k_fade_s)));
   }

private:
   [[nodiscard]] static double seconds(std::uint64_t from_ns, std::uint64_t to_ns) {
      return to_ns > from_ns ? static_cast<double>(to_ns - from_ns) / 1e9 : 0;
   }
   [[nodiscard]] double fade(std::uint64_t now_ns) const { return std::exp(-seconds(last_ns_, now_ns) / k_fade_s); }

   double sum_ = 0;
   std::uint64_t last_ns_ = 0;
};

} // namespace nebula::pool
