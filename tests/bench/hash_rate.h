#pragma once

/// The counters of a benchmark that hashes.

#include <benchmark/benchmark.h>

#include "bench/clock.h"

namespace nebula::bench {

/// `hashes`, per second, and where one core did them `cycles_per_hash`, by its clock as it is now.
inline void report_hashes(benchmark::State &state, double hashes_per_iteration, bool one_core = true) {
   const double hashes = hashes_per_iteration * static_cast<double>(state.iterations());
   state.counters["hashes"] = benchmark::Counter(hashes, benchmark::Counter::kIsRate);
   if (const double clock = one_core ? clock_hz() : 0; clock > 0)
      state.counters["cycles_per_hash"] =
         benchmark::Counter(hashes / clock, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

} // namespace nebula::bench
