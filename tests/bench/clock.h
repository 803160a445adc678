#pragma once

/// Time and clock for the benchmarks.

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace nebula::bench {

inline std::uint64_t now_ns() {
   const auto now = std::chrono::steady_clock::now().time_since_epoch();
   return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

/// The core's clock now: a chain of rotations takes one cycle each. 0 where this is not x86-64.
inline double clock_hz() {
#if defined(__x86_64__)
   constexpr unsigned k_steps = 1u << 20;
   double best = 0;
   for (unsigned repetition = 0; repetition < 5; ++repetition) {
      const std::uint64_t before = now_ns();
      std::uint64_t x = before;
      for (unsigned i = 0; i < k_steps; i += 8)
         asm volatile("ror $7, %0; ror $7, %0; ror $7, %0; ror $7, %0; ror $7, %0; ror $7, %0; ror $7, %0; ror $7, %0"
                      : "+r"(x));
      best = std::max(best, k_steps * 1e9 / static_cast<double>(now_ns() - before));
   }
   return best;
#else
   return 0;
#endif
}

} // namespace nebula::bench
