// LINK: nebula_host_ext
/// What the executor and the bus cost per task, index and event.
#include "ext/bus.h"
#include "ext/executor.h"

#include <atomic>
#include <benchmark/benchmark.h>
#include <thread>

namespace {

using namespace nebula::host;

struct Bench {
   RealClock clock;
   TimerQueue timers{clock};
   Executor executor{clock, timers};
   std::shared_ptr<Lane> lane = executor.make_lane("bench");
   Bench() { lane->open(); }
   ~Bench() { (void)lane->close(UINT64_MAX); }
};

/// Posts a task and lets the workers run it, at most 1,000 under way.
void post_and_run(benchmark::State &state) {
   Bench bench;
   std::atomic<int64_t> done{0};
   int64_t posted = 0;
   for (auto step : state) {
      (void)bench.lane->post([](void *user) { static_cast<std::atomic<int64_t> *>(user)->fetch_add(1); }, &done);
      if (++posted - done.load(std::memory_order_relaxed) > 1'000)
         std::this_thread::yield();
   }
   while (done.load() != posted)
      std::this_thread::yield();
   state.SetItemsProcessed(posted);
}
BENCHMARK(post_and_run)->UseRealTime();

void timer_set_and_cancelled(benchmark::State &state) {
   Bench bench;
   for (auto step : state) {
      neb_timer *timer = nullptr;
      (void)bench.lane->after(
         1'000'000'000, [](void *) {}, nullptr, &timer);
      (void)bench.lane->cancel(timer);
   }
}
BENCHMARK(timer_set_and_cancelled)->UseRealTime();

void parallel_for_indices(benchmark::State &state) {
   Bench bench;
   const auto count = static_cast<uint64_t>(state.range(0));
   for (auto step : state)
      (void)bench.lane->parallel_for(
         count, [](void *, uint64_t i) { benchmark::DoNotOptimize(i); }, nullptr);
   state.SetItemsProcessed(static_cast<int64_t>(count) * state.iterations());
}
BENCHMARK(parallel_for_indices)->Arg(1)->Arg(64)->Arg(10'000)->UseRealTime();

void publish_to_one_subscriber(benchmark::State &state) {
   Bench bench;
   Bus bus(bench.clock);
   neb_subscription *subscription = nullptr;
   (void)bus.subscribe(
      bench.lane, "a.b", 4'096, NEB_EVENTS_BLOCK, [](void *, const neb_event_view *) {}, nullptr, &subscription);
   for (auto step : state)
      (void)bus.publish("bench", "a.b", R"({"height":1})");
   bus.unsubscribe(subscription);
   state.SetItemsProcessed(state.iterations());
}
BENCHMARK(publish_to_one_subscriber)->UseRealTime();

} // namespace
