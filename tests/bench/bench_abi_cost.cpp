// LINK: nebula_host_pow_core
//
// What the host adds to a batch: a backend called directly, and through the facade that gates, audits and swaps it.
// The batch does no hashing, so the difference is the whole cost; divide it by the time of a real batch (30 ms).

#include "host/pow/pow.h"

#include <nebula/cpu_backend.hpp>

#include <benchmark/benchmark.h>

#include <cstring>

namespace {

using namespace nebula;

// A hash of four bytes of its nonce: as good as nothing.
neb_status hash(const neb_pow_algorithm *, const neb_pow_epoch *, neb_bytes input, std::uint8_t *digest, void *) {
   std::uint32_t nonce = 0;
   std::memcpy(&nonce, input.ptr + input.len - 4, 4);
   std::memset(digest, 0xff, 32);
   const std::uint32_t mixed = (nonce ^ 0x5bd1e995u) * 0x9e3779b1u;
   std::memcpy(digest, &mixed, 4);
   return NEB_OK;
}

struct Vector {
   std::uint8_t input[36] = {1, 2, 3};
   std::uint8_t digest[32] = {};
   neb_pow_vector vector{};
   Vector() {
      (void)hash(nullptr, nullptr, {input, sizeof input}, digest, nullptr);
      vector = {{{nullptr, 0}, 0}, {input, sizeof input}, {digest, sizeof digest}};
   }
};

const neb_pow_algorithm &algorithm() {
   static const Vector vector;
   static const neb_pow_algorithm table = {
      sizeof table,
      0,
      nullptr,
      "nothing",
      "",
      NEB_POW_CORE,
      NEB_POW_ORDER_BIG,
      32,
      4,
      NEB_POW_NONCE_APPENDED,
      1,
      &vector.vector,
      0,
      0,
      64,
      hash,
      [](const neb_pow_algorithm *, const neb_pow_epoch *, neb_error *) { return static_cast<neb_status>(NEB_OK); },
      nullptr,
      0};
   return table;
}

host::Provided provided() {
   host::Provided out;
   out.name = out.instance = "nothing";
   out.table = &algorithm();
   return out;
}

/// One job of one nonce, submitted and waited for.
void run_batches(benchmark::State &state, const neb_pow_backend *table) {
   neb_pow_session *session = nullptr;
   const neb_pow_session_config config{sizeof config, 1, 0};
   (void)table->open(table, &config, &session, nullptr);
   const std::uint8_t input[32] = {};
   const neb_pow_epoch epoch{};
   neb_pow_hit hits[32];
   neb_pow_job job{};
   job.size = sizeof job;
   job.nonce_offset = NEB_POW_NONCE_APPENDED;
   job.epoch = &epoch;
   job.input = {input, sizeof input};
   job.nonce_bytes = 4;
   job.hit_capacity = 32;
   job.nonce_count = 1;
   neb_pow_result result{};
   result.size = sizeof result;
   result.hits = hits;
   result.hit_capacity = 32;
   for (auto _ : state) {
      ++job.ticket;
      (void)table->submit(table, session, &job);
      benchmark::DoNotOptimize(table->wait(table, session, &result, 1'000'000'000));
   }
   table->close(table, session);
}

void direct(benchmark::State &state) {
   const host::ReferenceBackend backend(algorithm());
   run_batches(state, backend.table());
}
BENCHMARK(direct);

void through_the_facade(benchmark::State &state) {
   host::Pow pow({});
   (void)pow.algorithm_added(provided());
   pow.instance_ready("nothing");
   host::Slot *slot = nullptr;
   (void)pow.find_backend(host::Selection::parse("algorithm=nothing").value(), "bench", &slot);
   pow.settle();
   neb_guard guard;
   const auto *table = static_cast<const neb_pow_backend *>(host::enter(slot, &guard));
   if (!table)
      return state.SkipWithError("the reference did not pass its gate");
   run_batches(state, table);
   host::leave(&guard);
}
BENCHMARK(through_the_facade);

/// What a consumer does beside that once per batch: into the slot and out again.
void enter_and_leave(benchmark::State &state) {
   host::Slot slot("contract", "");
   slot.publish(&algorithm());
   for (auto _ : state) {
      neb_guard guard;
      benchmark::DoNotOptimize(host::enter(&slot, &guard));
      host::leave(&guard);
   }
}
BENCHMARK(enter_and_leave);

} // namespace
