// LINK: nebula_cosmic_harmony_core
//
// How fast each form of Cosmic Harmony is here. Rates are per second of one core (of the whole device, for OpenCL).
// Cores are often shared, so judge by the best of several: --benchmark_repetitions=9 --benchmark_min_time=0.1, and by
// the counter cycles_per_hash, which divides out the clock, measured beside each run.
//
// `compare` runs all kernels in turn, a few milliseconds each, and counts the best of each: cycles per hash, how many
// times the scalar kernel's rate that is, and how two threads scale. Ratios of one such run bear a noisy machine.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "bench/clock.h"
#include "bench/clock_host.h"
#include "bench/hash_rate.h"
#include "bench/turns.h"
#include "cosmic_harmony.h"
#include "cpu_backend.h"
#include "native5.h"
#if defined(NEBULA_HAVE_OPENCL)
#include "opencl_backend.h"
#endif

namespace {

using namespace nebula;
using namespace nebula::bench;
using namespace nebula::cosmic_harmony;

/// The bare kernel, block after block, at a target that hardly any nonce meets.
void kernel(benchmark::State &state, Kernel kernel) {
   const State absorbed = absorb({});
   std::uint64_t found[1024] = {};
   std::uint32_t high = 0;
   for (auto _ : state)
      benchmark::DoNotOptimize(kernel.scan(make_block(absorbed, high++ << 16, 16), 3, found));
   report_hashes(state, 65536, true);
}

/// Blocks of 65,536 nonces in one turn of `compare`, about two milliseconds: shorter than a time slice, so that some
/// turns are undisturbed.
unsigned blocks_of(const Kernel &kernel) {
   return static_cast<unsigned>(std::max<std::uint64_t>(kernel.batch_hint >> 20, 2));
}

/// Nanoseconds of one turn on this thread.
std::uint64_t turn_ns(const Kernel &kernel) {
   const State absorbed = absorb({});
   std::uint64_t found[1024] = {};
   const std::uint64_t before = now_ns();
   for (std::uint32_t high = 0; high < blocks_of(kernel); ++high)
      benchmark::DoNotOptimize(kernel.scan(make_block(absorbed, high << 16, 16), 3, found));
   return now_ns() - before;
}

/// All kernels in turn.
void compare(benchmark::State &state) {
   const auto kernels = available_kernels();
   constexpr std::uint64_t k_never = UINT64_MAX;
   std::vector<std::uint64_t> best(kernels.size(), k_never), best_of_two(kernels.size(), k_never);
   double clock = 0;
   for (auto _ : state)
      for (std::size_t i = 0; i < kernels.size(); ++i) {
         clock = std::max(clock, clock_hz());
         best[i] = std::min(best[i], turn_ns(kernels[i]));
         best_of_two[i] = std::min(best_of_two[i], two_threads_ns([&](unsigned) { (void)turn_ns(kernels[i]); }));
      }
   const double scalar_each = static_cast<double>(best[0]) / (blocks_of(kernels[0]) * 65536.0);
   for (std::size_t i = 0; i < kernels.size(); ++i) {
      const double ns = static_cast<double>(best[i]), each = ns / (blocks_of(kernels[i]) * 65536.0);
      const std::string name = kernels[i].name;
      if (clock > 0)
         state.counters[name + "_cycles"] = each * clock / 1e9;
      state.counters[name + "_over_scalar"] = scalar_each / each;
      state.counters[name + "_two_threads"] = 2 * ns / static_cast<double>(best_of_two[i]);
   }
   state.counters["clock_ghz"] = clock / 1e9;
}

const ClockHost k_host;

/// A whole backend through its table, as a miner drives it: two jobs in flight, a share every 2^28 nonces or so.
void backend(benchmark::State &state, const neb_pow_backend *table, bool one_core) {
   const neb_pow_session_config config = {sizeof config, 2, 0};
   neb_pow_session *session = nullptr;
   neb_error err{sizeof err, NEB_OK, {}};
   if (table->open(table, &config, &session, &err) != NEB_OK)
      return state.SkipWithError(err.text);
   const std::uint8_t message[32] = {1, 2, 3};
   const neb_pow_epoch epoch{};
   neb_pow_hit hits[64];
   neb_pow_job job{};
   job.size = sizeof job;
   job.nonce_offset = NEB_POW_NONCE_APPENDED;
   job.epoch = &epoch;
   job.input = {message, sizeof message};
   job.nonce_bytes = 4;
   job.hit_capacity = 64;
   job.nonce_count = table->batch_hint;
   job.target[3] = 15;
   const auto submit = [&] {
      ++job.ticket;
      job.nonce_first = (job.nonce_first + job.nonce_count) & (0xFFFFFFFFu & ~(job.nonce_count - 1));
      return table->submit(table, session, &job) == NEB_OK;
   };
   bool good = submit();
   double hashes = 0, device_ns = 0;
   const std::uint64_t before = now_ns();
   for (auto _ : state) {
      neb_pow_result result{};
      result.size = sizeof result;
      result.hits = hits;
      result.hit_capacity = 64;
      good = good && submit() && table->wait(table, session, &result, UINT64_MAX) == NEB_OK && result.status == NEB_OK;
      hashes += static_cast<double>(result.hashes_done);
      device_ns += static_cast<double>(result.device_ns);
   }
   const double wall_ns = static_cast<double>(now_ns() - before);
   table->close(table, session);
   if (!good)
      return state.SkipWithError("a job failed");
   report_hashes(state, hashes / static_cast<double>(state.iterations()), one_core);
   if (!one_core)
      state.counters["device_busy"] = device_ns / wall_ns; // how much of the time its kernels ran
}

void reference(benchmark::State &state) {
   const std::uint8_t message[32] = {1, 2, 3};
   std::uint32_t nonce = 0;
   for (auto _ : state)
      benchmark::DoNotOptimize(hash(message, nonce++));
   report_hashes(state, 1, true);
}

void reference_native5(benchmark::State &state) {
   const std::uint8_t message[32] = {1, 2, 3};
   std::uint32_t nonce = 0;
   for (auto _ : state)
      benchmark::DoNotOptimize(native5(message, nonce++));
   report_hashes(state, 1, true);
}

/// The backends live as long as the program: the registered functions keep their tables.
const bool k_registered = [] {
   benchmark::RegisterBenchmark("compare", compare)->Unit(benchmark::kMillisecond);
   benchmark::RegisterBenchmark("reference", reference);
   benchmark::RegisterBenchmark("reference/native5", reference_native5);
   for (const Kernel &each : available_kernels()) {
      benchmark::RegisterBenchmark((std::string("kernel/") + each.name).c_str(), kernel, each);
      auto *cpu = new CpuBackend(cpu_backend_spec(each));
      cpu->provide(Host(&k_host.raw));
      benchmark::RegisterBenchmark((std::string("backend/") + each.name).c_str(), backend, cpu->table(), true);
   }
#if defined(NEBULA_HAVE_OPENCL)
   std::string why;
   for (const auto &device : common::opencl::list_devices(common::opencl::Kinds::all, why)) {
      const auto silent = [](std::string_view) {};
      auto *opencl = new common::opencl::OpenClBackend(opencl_backend_spec(device), device,
                                                       {Clock(Host(&k_host.raw)), nullptr, silent, silent});
      // Its own time: of the whole device, which for a processor is all its cores.
      benchmark::RegisterBenchmark(("backend/opencl/" + device.name).c_str(), backend, &opencl->table(), false)
         ->UseRealTime();
   }
#endif
   return true;
}();

} // namespace
