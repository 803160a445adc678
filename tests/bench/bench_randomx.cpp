// LINK: nebula_randomx_core
//
// What RandomX costs here beside the library called directly, in ratios taken in one run: both sides take turns, batch
// by batch, so that whoever else has the cores disturbs both alike. Light mode always; the fast mode, the building of
// its dataset and the huge pages that it got with NEBULA_BENCH_RANDOMX_FAST=1 (2.6 GiB and a minute or two).

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <thread>
#include <vector>

#include "algorithm.h"
#include "bench/clock.h"
#include "bench/clock_host.h"
#include "datasets.h"
#include "randomx/worker_pool.h"

namespace {

using namespace nebula;
using namespace nebula::bench;
using namespace nebula::randomx;

constexpr const char *k_key = "a key of the benchmark";
constexpr std::uint64_t k_input_bytes = 76;

/// Of this thread, so that those who have the core in between do not count.
std::uint64_t cpu_ns() {
   timespec spent{};
   ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
   return static_cast<std::uint64_t>(spent.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(spent.tv_nsec);
}

const ClockHost k_host;

/// The library as its own example uses it, one machine, one loop.
class Direct {
public:
   explicit Direct(VmPtr vm) : vm_(std::move(vm)) { randomx_calculate_hash_first(vm_.get(), input_, k_input_bytes); }
   void hash(std::uint64_t count) {
      std::uint8_t digest[RANDOMX_HASH_SIZE];
      while (count-- > 0) {
         ++nonce_;
         std::memcpy(input_ + k_nonce_offset, &nonce_, sizeof nonce_);
         randomx_calculate_hash_next(vm_.get(), input_, k_input_bytes, digest);
         benchmark::DoNotOptimize(digest);
      }
   }

private:
   VmPtr vm_;
   std::uint8_t input_[k_input_bytes] = {};
   std::uint32_t nonce_ = 0;
};

/// The backend through its table, as a miner drives it.
class Session {
public:
   explicit Session(const neb_pow_backend *table) : table_(table) {
      const neb_pow_session_config config = {sizeof config, 2, 0};
      neb_error err{sizeof err, NEB_OK, {}};
      if (table_->open(table_, &config, &session_, &err) != NEB_OK)
         std::abort();
   }
   ~Session() { table_->close(table_, session_); }
   Session(const Session &) = delete;
   Session &operator=(const Session &) = delete;

   void hash(std::uint64_t count) {
      const std::uint8_t input[k_input_bytes] = {};
      const neb_pow_epoch epoch{bytes(std::string_view(k_key)), 0};
      neb_pow_job job{};
      job.size = sizeof job;
      job.nonce_offset = k_nonce_offset;
      job.ticket = ++ticket_;
      job.epoch = &epoch;
      job.input = {input, k_input_bytes};
      job.nonce_bytes = k_nonce_bytes;
      job.hit_capacity = 1;
      job.nonce_first = next_;
      job.nonce_count = count;
      next_ += count;
      neb_pow_hit hit;
      neb_pow_result result{};
      result.size = sizeof result;
      result.hits = &hit;
      result.hit_capacity = 1;
      if (table_->submit(table_, session_, &job) != NEB_OK ||
          table_->wait(table_, session_, &result, UINT64_MAX) != NEB_OK || result.hashes_done != count)
         std::abort(); // a benchmark that computes something else measures nothing
   }

private:
   const neb_pow_backend *table_;
   neb_pow_session *session_ = nullptr;
   std::uint64_t ticket_ = 0, next_ = 0;
};

/// Both sides take turns, in the thread's processor time; each iteration has new machines on both sides, made in either
/// order, for how the system places a scratchpad's pages is luck of some percent. The counter `ratio` is the session's
/// rate over the direct loop's in the median of all turns.
template <class MakeOurs, class MakeTheirs>
void compare(benchmark::State &state, const MakeOurs &make_ours, const MakeTheirs &make_theirs, std::uint64_t batch) {
   constexpr unsigned k_turns = 5;
   std::vector<double> ratios;
   double best = 0, best_direct = 0;
   bool ours_first = false;
   for (auto _ : state) {
      ours_first = !ours_first;
      auto ours = ours_first ? make_ours() : nullptr;
      auto theirs = make_theirs();
      if (!ours)
         ours = make_ours();
      ours->hash(batch);
      theirs->hash(batch);
      for (unsigned turn = 0; turn < k_turns; ++turn) {
         const std::uint64_t start = cpu_ns();
         ours->hash(batch);
         const std::uint64_t middle = cpu_ns();
         theirs->hash(batch);
         const auto our_ns = static_cast<double>(middle - start), their_ns = static_cast<double>(cpu_ns() - middle);
         ratios.push_back(their_ns / our_ns);
         best = std::max(best, static_cast<double>(batch) * 1e9 / our_ns);
         best_direct = std::max(best_direct, static_cast<double>(batch) * 1e9 / their_ns);
      }
   }
   std::sort(ratios.begin(), ratios.end());
   state.counters["ratio"] = ratios[ratios.size() / 2];
   state.counters["best_hashes"] = best;
   state.counters["best_direct"] = best_direct;
}

struct Light {
   Maker maker{{}, [] {}};
   KeyCaches caches{maker};
   std::shared_ptr<KeyCache> cache = caches.get(bytes(std::string_view(k_key)));
   CpuBackend backend{light_backend_spec(maker, caches)};
   Light() { backend.provide(Host(&k_host.raw)); }
};
Light &light() {
   static Light made;
   return made;
}

void light_session_and_direct(benchmark::State &state) {
   compare(
      state, [] { return std::make_unique<Session>(light().backend.table()); },
      [] { return std::make_unique<Direct>(light().maker.make_vm(light().cache->raw(), nullptr)); }, 8);
}
BENCHMARK(light_session_and_direct)->Unit(benchmark::kMillisecond)->Iterations(6);

/// Everything of the fast mode, built once for all of its benchmarks.
struct Fast : Light {
   Datasets datasets{maker,
                     library_work(maker),
                     {.post = [this](std::function<void()> task) { pool.post(std::move(task)); },
                      .count = 2,
                      .progress = [](std::uint64_t, std::uint64_t) {},
                      .say = [](std::string_view) {},
                      .failed = [](std::string_view) {}}};
   CpuBackend fast{fast_backend_spec(maker, caches, datasets)};
   Datasets::Lease dataset;
   double build_s = 0;
   test::WorkerPool pool; // ends before what its tasks use

   Fast() {
      fast.provide(Host(&k_host.raw));
      const std::atomic<bool> never{false};
      const std::uint64_t start = now_ns();
      datasets.build_ahead(cache, never);
      build_s = static_cast<double>(now_ns() - start) / 1e9;
      dataset = datasets.find(k_key);
      if (!dataset)
         std::abort();
   }
};
Fast &fast() {
   static Fast made;
   return made;
}

/// The library's own function spread over as many threads, into memory that was got in the same way.
double build_directly(const Maker &maker, randomx_cache *cache) {
   const DatasetPtr dataset = maker.make_dataset();
   const unsigned long items = randomx_dataset_item_count(), half = items / 2;
   const std::uint64_t start = now_ns();
   std::thread other([&] { randomx_init_dataset(dataset.get(), cache, half, items - half); });
   randomx_init_dataset(dataset.get(), cache, 0, half);
   other.join();
   return static_cast<double>(now_ns() - start) / 1e9;
}

void dataset_build(benchmark::State &state) {
   double direct_s = 0;
   for (auto _ : state)
      direct_s = build_directly(fast().maker, fast().cache->raw());
   state.counters["build_s"] = fast().build_s;
   state.counters["direct_s"] = direct_s;
   state.counters["times"] = fast().build_s / direct_s;
}

void fast_session_and_direct(benchmark::State &state) {
   compare(
      state, [] { return std::make_unique<Session>(fast().fast.table()); },
      [] { return std::make_unique<Direct>(fast().maker.make_vm(nullptr, fast().dataset->raw())); }, 64);
}

/// Two sessions at once against one, turn by turn. `scaling` needs a machine of one's own; `scaling_cpu`, by processor
/// time, leaves out what others take of the cores, not what they take of the caches.
void fast_two_threads(benchmark::State &state) {
   Session one(fast().fast.table()), two(fast().fast.table());
   constexpr std::uint64_t k_batch = 256;
   one.hash(k_batch);
   two.hash(k_batch);
   double alone_ns = 0, both_ns = 0, alone_cpu_ns = 0, both_cpu_ns = 0;
   for (auto _ : state) {
      const std::uint64_t start = now_ns(), start_cpu = cpu_ns();
      one.hash(k_batch);
      const std::uint64_t middle = now_ns(), middle_cpu = cpu_ns();
      std::uint64_t other_cpu = 0;
      std::thread other([&] {
         two.hash(k_batch);
         other_cpu = cpu_ns();
      });
      one.hash(k_batch);
      const std::uint64_t end_cpu = cpu_ns();
      other.join();
      alone_ns += static_cast<double>(middle - start);
      both_ns += static_cast<double>(now_ns() - middle);
      alone_cpu_ns += static_cast<double>(middle_cpu - start_cpu);
      both_cpu_ns += static_cast<double>(end_cpu - middle_cpu + other_cpu);
   }
   state.counters["scaling"] = 2 * alone_ns / both_ns;
   state.counters["scaling_cpu"] = 4 * alone_cpu_ns / both_cpu_ns;
   state.counters["two_hashes"] = 2e9 * k_batch * static_cast<double>(state.iterations()) / both_ns;
}

const bool k_registered = [] {
   if (std::getenv("NEBULA_BENCH_RANDOMX_FAST")) {
      benchmark::RegisterBenchmark("fast_session_and_direct", fast_session_and_direct)
         ->Unit(benchmark::kMillisecond)
         ->Iterations(30);
      benchmark::RegisterBenchmark("fast_two_threads", fast_two_threads)->Unit(benchmark::kMillisecond)->Iterations(8);
      benchmark::RegisterBenchmark("dataset_build", dataset_build)->Unit(benchmark::kSecond)->Iterations(1);
   }
   return true;
}();

} // namespace
