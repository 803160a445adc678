// LINK: nebula_yescrypt_core
//
// How fast each form of the yescrypt family is here, in whole hashes per second of one core: the reference, and each
// kernel with one hash and with two hashes at a time. Cores are often shared, so judge by ratios, of the best of
// several:
// --benchmark_repetitions=9 --benchmark_min_time=0.2 --benchmark_enable_random_interleaving=true

#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "answers.h"
#include "common/bytes.h"
#include "hasher.h"
#include "pages.h"
#include "reference.h"
#include "variants.h"

namespace {

using namespace nebula::yescrypt;
using nebula::common::store_le32;

void report(benchmark::State &state, unsigned hashes_each) {
   const double hashes = static_cast<double>(hashes_each) * static_cast<double>(state.iterations());
   state.counters["hashes"] = benchmark::Counter(hashes, benchmark::Counter::kIsRate);
}

void reference(benchmark::State &state, const Parameters &parameters) {
   const Pages memory(reference_memory_bytes(parameters));
   CountingInput input = counting_input();
   std::uint32_t nonce = 0;
   for (auto _ : state) {
      store_le32(input.data() + k_nonce_offset, nonce++);
      benchmark::DoNotOptimize(reference_hash(parameters, input, memory.data()));
   }
   report(state, 1);
}

void kernel(benchmark::State &state, const Parameters &parameters, const Kernel &which, unsigned ways) {
   Hasher hasher(which, parameters);
   CountingInput input = counting_input();
   std::uint32_t nonce = 0;
   for (auto _ : state) {
      Hasher::Digests digests;
      hasher.hash(input, k_nonce_offset, nonce, ways, digests);
      benchmark::DoNotOptimize(digests);
      nonce += ways;
   }
   report(state, ways);
}

const bool k_registered = [] {
   for (const Variant &variant : named_variants()) {
      const Parameters parameters = parse_parameters(variant.parameters);
      const std::string name = variant.name;
      benchmark::RegisterBenchmark((name + "/reference").c_str(), reference, parameters);
      for (const Kernel &each : available_kernels())
         for (unsigned ways = 1; ways <= ways_of(parameters); ++ways)
            benchmark::RegisterBenchmark((name + "/" + each.name + "/" + std::to_string(ways)).c_str(), kernel,
                                         parameters, each, ways);
   }
   return true;
}();

} // namespace
