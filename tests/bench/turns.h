#pragma once

/// Turns of a few milliseconds, shorter than a time slice of a machine whose cores are shared, of which the best count.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>

#include "bench/clock.h"

namespace nebula::bench {

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
