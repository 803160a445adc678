// LINK: nebula_autolykos2_core
//
// How fast each form of Autolykos v2 is here, per second of one core. Cores are often shared, so judge by the best of
// several (--benchmark_repetitions=9 --benchmark_min_time=0.1) and by cycles_per_hash, which divides out the clock,
// measured beside each run. The table has 2^22 elements: 128 MiB, more than any cache, and built in seconds.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>

#include "bench/hash_rate.h"
#include "reference.h"
#include "scanner.h"
#include "table_scanner.h"

namespace {

using namespace nebula;
using namespace nebula::bench;
using namespace nebula::autolykos2;

constexpr std::uint32_t k_height = 614'400;

/// The bare kernel: hashes of 8,200 bytes.
void elements(benchmark::State &state, const Kernel &kernel) {
   std::uint32_t index[k_lanes_max] = {1, 2, 3};
   Number out[k_lanes_max];
   for (auto _ : state) {
      ++index[0];
      kernel.elements(index, k_height, out);
      benchmark::DoNotOptimize(out);
   }
   report_hashes(state, kernel.lanes);
}

/// One nonce alone, as the algorithm's hash validates it.
void lone(benchmark::State &state, const Kernel &kernel) {
   std::array<std::uint8_t, k_input_bytes> input{};
   for (auto _ : state) {
      ++input.back();
      benchmark::DoNotOptimize(solve(input, k_height, table_size(k_height), kernel));
   }
   report_hashes(state, 1);
}

void scan(benchmark::State &state, Scanner &scanner, std::uint64_t nonces) {
   const neb_pow_epoch epoch{{}, k_height};
   const std::uint8_t no_hit[32] = {};
   std::uint8_t input[k_input_bytes] = {1, 2, 3};
   std::uint64_t first = 0;
   Hits hits;
   scanner.prepare(epoch);
   for (auto _ : state) {
      scanner.scan({epoch, input, k_input_bytes, k_message_bytes, k_nonce_bytes, first, nonces, no_hit}, hits);
      first += nonces;
   }
   report_hashes(state, static_cast<double>(nonces));
}

void tableless(benchmark::State &state, const Kernel &kernel) {
   TablelessScanner scanner(kernel, table_size);
   scan(state, scanner, 64);
}

std::uint32_t bench_table_size(std::uint64_t) {
   return 1u << 22;
}

void with_table(benchmark::State &state, const Kernel &kernel) {
   static Tables tables(*available_kernels().back(), bench_table_size,
                        {.post = [](const std::function<void()> &task) { task(); },
                         .count = 1,
                         .progress = [](std::uint64_t, std::uint64_t) {},
                         .failed = [](std::string_view) {},
                         .available_bytes = [] { return std::uint64_t{1} << 40; }});
   tables.build_ahead(k_height);
   if (!tables.use(k_height, 0))
      return state.SkipWithError("there is no table");
   TableScanner scanner(kernel, bench_table_size, tables);
   scan(state, scanner, 4096);
}

const bool k_registered = [] {
   for (const Kernel *kernel : available_kernels()) {
      const auto add = [&](const char *what, void (*run)(benchmark::State &, const Kernel &)) {
         benchmark::RegisterBenchmark((std::string(what) + "/" + kernel->name).c_str(),
                                      [run, kernel](benchmark::State &state) { run(state, *kernel); });
      };
      add("element", elements);
      add("lone", lone);
      add("tableless", tableless);
      add("table", with_table);
   }
   return true;
}();

} // namespace
