#pragma once

/// What benchmarks measure with on a machine whose cores are shared: the clock at this moment, and turns of a few
/// milliseconds, shorter than a time slice, of which the best count.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

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

/// Of turn(0) and turn(1) on two threads at once, from the start of the first to the end of the last, without making
/// them.
template <class Turn>
std::uint64_t two_threads_ns(const Turn &turn) {
   std::atomic<unsigned> ready{0};
   std::uint64_t start[2], end[2];
   const auto work = [&](unsigned i) {
      ready.fetch_add(1);
      while (ready.load() < 2) {
      }
      start[i] = now_ns();
      turn(i);
      end[i] = now_ns();
   };
   std::thread other(work, 1);
   work(0);
   other.join();
   return std::max(end[0], end[1]) - std::min(start[0], start[1]);
}

} // namespace nebula::bench
