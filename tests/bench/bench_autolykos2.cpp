// LINK: nebula_autolykos2_core
//
// How fast each form of Autolykos v2 is here, per second of one core. Cores are often shared, so judge by the best of
// several (--benchmark_repetitions=9 --benchmark_min_time=0.1) and by cycles_per_hash, which divides out the clock,
// measured beside each run.
//
// `table_build` is two workers' time for a table, `table` reads it. It has 2^22 elements: 128 MiB, more than any cache,
// and built in seconds. With NEBULA_BENCH_FULL_TABLE=1 it has the 2^26 of consensus: 2 GiB, and a minute or two.
//
// `compare` runs all forms in turn, a few milliseconds each, and counts the best of each: hashes per second of one
// thread, and how two threads scale. Ratios of one such run bear a noisy machine.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "autolykos2/pool.h"
#include "bench/hash_rate.h"
#include "bench/turns.h"
#include "reference.h"
#include "scanner.h"
#include "table_scanner.h"

namespace {

using namespace nebula;
using namespace nebula::bench;
using namespace nebula::autolykos2;

constexpr std::uint32_t k_height = 500'000; // before the first growth

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

/// Scans a job from its first nonce on, at a target that no nonce meets.
class Scan {
public:
   explicit Scan(Scanner &scanner) : scanner_(scanner) { scanner_.prepare(k_epoch); }

   void operator()(std::uint64_t nonces) {
      scanner_.scan({k_epoch, input_, k_input_bytes, k_message_bytes, k_nonce_bytes, first_, nonces, k_no_hit}, hits_);
      first_ += nonces;
   }

private:
   static constexpr neb_pow_epoch k_epoch{{}, k_height};
   static constexpr std::uint8_t k_no_hit[32] = {};

   Scanner &scanner_;
   std::uint8_t input_[k_input_bytes] = {1, 2, 3};
   Hits hits_;
   std::uint64_t first_ = 0;
};

void scan(benchmark::State &state, Scanner &scanner, std::uint64_t nonces) {
   Scan go(scanner);
   for (auto _ : state)
      go(nonces);
   report_hashes(state, static_cast<double>(nonces));
}

void tableless(benchmark::State &state, const Kernel &kernel) {
   TablelessScanner scanner(kernel, table_size);
   scan(state, scanner, 64);
}

std::uint32_t bench_table_size(std::uint64_t height) {
   static const bool full = std::getenv("NEBULA_BENCH_FULL_TABLE") != nullptr;
   return full ? table_size(height) : 1u << 22;
}

/// The table, built by two workers of the quickest kernel as in a node.
class BuiltTable {
public:
   BuiltTable() {
      tables_.build_ahead(k_height);
      while (!refused_ && !tables_.use(k_height, 0))
         std::this_thread::sleep_for(std::chrono::milliseconds(1));
   }
   [[nodiscard]] Tables &tables() noexcept { return tables_; }
   /// Why there is none; empty: there is one.
   [[nodiscard]] const std::string &why() const noexcept { return why_; }

   static constexpr unsigned k_workers = test::Pool::k_threads;

private:
   std::string why_;
   std::atomic<bool> refused_{false};
   Tables tables_{*available_kernels().back(), bench_table_size,
                  Workers{.post = [this](std::function<void()> task) { pool_.post(std::move(task)); },
                          .count = k_workers,
                          .progress = [](std::uint64_t, std::uint64_t) {},
                          .failed =
                             [this](std::string_view why) {
                                why_ = why;
                                refused_ = true;
                             },
                          .available_bytes = [] { return std::uint64_t{1} << 40; }}};
   test::Pool pool_; // ends first: its tasks use the tables
};

std::unique_ptr<BuiltTable> g_table; ///< the last one built

/// That one; null, with the reason as the benchmark's error, when there can be none.
Tables *built_tables(benchmark::State &state) {
   if (!g_table)
      g_table = std::make_unique<BuiltTable>();
   if (g_table->why().empty())
      return &g_table->tables();
   state.SkipWithError(g_table->why().c_str());
   return nullptr;
}

void table_build(benchmark::State &state) {
   for (auto _ : state) {
      g_table.reset(); // first: there is seldom room for two
      if (!built_tables(state))
         return;
   }
   const double elements = bench_table_size(k_height);
   state.counters["elements"] = elements;
   state.counters["hashes"] =
      benchmark::Counter(elements * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

void with_table(benchmark::State &state, const Kernel &kernel) {
   Tables *const tables = built_tables(state);
   if (!tables)
      return;
   TableScanner scanner(kernel, bench_table_size, *tables);
   scan(state, scanner, 4096);
}

/// A form of mining for `compare`, on either of two threads.
struct Form {
   std::string name;
   std::uint64_t nonces; ///< of a turn: about two milliseconds
   std::unique_ptr<Scanner> scanners[2];
   std::uint64_t best_ns = UINT64_MAX, best_of_two_ns = UINT64_MAX;

   void run() {
      Scan scans[2] = {Scan(*scanners[0]), Scan(*scanners[1])};
      const std::uint64_t before = now_ns();
      scans[0](nonces);
      best_ns = std::min(best_ns, now_ns() - before);
      best_of_two_ns = std::min(best_of_two_ns, two_threads_ns([&](unsigned i) { scans[i](nonces); }));
   }
};

void compare(benchmark::State &state) {
   Tables *const tables = built_tables(state);
   if (!tables)
      return;
   std::vector<Form> forms;
   const auto add = [&](std::string name, std::uint64_t nonces, auto make) {
      forms.push_back(Form{std::move(name), nonces, {make(), make()}});
   };
   for (const Kernel *kernel : available_kernels()) {
      const std::string name = kernel->name;
      add("tableless_" + name, kernel->batch_hint / 16,
          [&] { return std::make_unique<TablelessScanner>(*kernel, table_size); });
      add("table_" + name, 1024, [&] { return std::make_unique<TableScanner>(*kernel, bench_table_size, *tables); });
   }
   for (auto _ : state)
      for (Form &form : forms)
         form.run();
   for (const Form &form : forms) {
      const double ns = static_cast<double>(form.best_ns);
      state.counters[form.name] = static_cast<double>(form.nonces) * 1e9 / ns;
      state.counters[form.name + "_two_threads"] = 2 * ns / static_cast<double>(form.best_of_two_ns);
   }
}

void add(const char *what, const Kernel &kernel, void (*run)(benchmark::State &, const Kernel &)) {
   benchmark::RegisterBenchmark((std::string(what) + "/" + kernel.name).c_str(),
                                [run, &kernel](benchmark::State &state) { run(state, kernel); });
}

const bool k_registered = [] {
   for (const Kernel *kernel : available_kernels()) {
      add("element", *kernel, elements);
      add("lone", *kernel, lone);
      add("tableless", *kernel, tableless);
   }
   benchmark::RegisterBenchmark("table_build", table_build)->Iterations(1)->UseRealTime()->Unit(benchmark::kSecond);
   for (const Kernel *kernel : available_kernels())
      add("table", *kernel, with_table);
   benchmark::RegisterBenchmark("compare", compare)->Unit(benchmark::kMillisecond);
   return true;
}();

} // namespace
