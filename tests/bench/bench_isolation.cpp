// LINK: nebula_host_isolation
// What a batch costs more when its backend is in a runner: a job through the shared memory and back, with a plugin that
// computes one nonce. NEBULA_PLUGIN names libcosmic-harmony.so; the program is its own runner. LINK:
// nebula_host_isolation nebula_cosmic_harmony_core
#include "host/isolation/runner.h"
#include "host/isolation/session.h"
#include "host/plugin/image.h"
#include "host/util/clock.h"

#include <nebula/host.h>

#include <benchmark/benchmark.h>

#include <cstdlib>

using namespace nebula::host;

namespace {

// Before the benchmark's own main looks at the words.
__attribute__((constructor)) void be_a_runner(int argc, char **argv, char **) {
   if (const std::vector<std::string> words(argv + 1, argv + argc); is_runner(words))
      run_runner(words);
}

class Listener final : public RunnerListener {
public:
   void logged(const LogLine &) override {}
   void reported(const HealthReport &) override {}
   void progressed(const ProgressReport &) override {}
   void lost(const std::string &) override {}
   [[nodiscard]] std::uint32_t log_level() const override { return NEB_LOG_OFF; }
};

void one_nonce_through_a_runner(benchmark::State &state) {
   const char *path = std::getenv("NEBULA_PLUGIN");
   auto image = open_image(path ? path : "", {});
   if (!image)
      return state.SkipWithError(image.error().message.c_str());
   const auto deadline = RealClock().monotonic_ns() + 30'000'000'000;
   Listener listener;
   auto runner = RunnerProcess::spawn("/proc/self/exe", "bench", listener);
   if (!runner)
      return state.SkipWithError(runner.error().message.c_str());
   Setup setup;
   setup.instance = "bench";
   setup.plugin = "cosmic-harmony";
   setup.path = image->path;
   setup.config = config::Value::map({{"opencl", {}, config::Value::string("off")}});
   const Answer ready = (*runner)->ask(MessageKind::setup, to_payload(setup), image->descriptor.get(), deadline);
   Patience patience;
   Open what;
   if (!ready.described.backends.empty()) {
      what.algorithm = ready.described.backends.front().algorithm;
      what.backend = ready.described.backends.front().name;
   }
   auto session = IsolatedSession::open(*runner, what, patience, false);
   if (ready.status != NEB_OK || !session)
      return state.SkipWithError("the runner does not serve");
   const neb_pow_epoch epoch{};
   std::uint8_t input[36] = {};
   neb_pow_hit hits[1];
   neb_pow_job job{};
   job.size = sizeof job;
   job.epoch = &epoch;
   job.input = {input, sizeof input};
   job.nonce_offset = 32;
   job.nonce_bytes = 4;
   job.hit_capacity = 1;
   job.nonce_count = 1;
   for (auto _ : state) {
      ++job.ticket;
      neb_pow_result result{};
      result.size = sizeof result;
      result.hits = hits;
      result.hit_capacity = 1;
      if ((*session)->submit(job) != NEB_OK || (*session)->wait(result, UINT64_MAX) != NEB_OK ||
          result.status != NEB_OK)
         return state.SkipWithError("a batch failed");
   }
   session->reset();
   (*runner)->end(deadline);
}
BENCHMARK(one_nonce_through_a_runner)->UseRealTime();

} // namespace
