// LINK: nebula_pool_core
/// What the pool's core costs without sockets and hashes: a share of each dialect from its line to its answer, a
/// broadcast, a connection's memory.
#include "core/pool.h"

#include "common/hex.h"

#include <nebula/svc/work-source.h>

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include <malloc.h>

namespace {

std::atomic<std::int64_t> live_bytes{0}; // as the allocator counts them

} // namespace

// Not inlined: the compiler would see free where it knows only of new.
[[gnu::noinline]] void *operator new(std::size_t size) {
   void *made = std::malloc(size);
   if (!made)
      throw std::bad_alloc();
   live_bytes.fetch_add(static_cast<std::int64_t>(malloc_usable_size(made)), std::memory_order_relaxed);
   return made;
}
[[gnu::noinline]] void operator delete(void *gone) noexcept {
   if (gone)
      live_bytes.fetch_sub(static_cast<std::int64_t>(malloc_usable_size(gone)), std::memory_order_relaxed);
   std::free(gone);
}
void operator delete(void *gone, std::size_t) noexcept {
   operator delete(gone);
}

namespace {

using namespace nebula::pool;

/// In the order of `settings().algorithms`.
constexpr Dialect k_dialects[] = {Dialect::cosmic, Dialect::xmrig, Dialect::bitcoin, Dialect::ergo};
constexpr const char *k_names[] = {"cosmic", "xmrig", "bitcoin", "ergo"};
constexpr std::uint32_t k_kinds[] = {NEB_WORK_COMMITMENT, NEB_WORK_BLOB, NEB_WORK_COINBASE, NEB_WORK_MESSAGE};
constexpr std::uint64_t k_now_ns = 1'000'000'000'000;

/// Good for a share at any difficulty that is asked here, and for no block, in whatever order its bytes are read.
Digest good_digest() {
   Digest out{};
   out[16] = 1;
   return out;
}

/// Work and hashes at no cost; counts what the pool says.
class Around final : public Surroundings {
public:
   void send(ConnectionId, std::string_view lines) override {
      ++sends;
      bytes += lines.size();
   }
   void close(ConnectionId, std::string_view) override { ++closed; }
   bool derive(std::uint64_t, std::span<const std::uint8_t> extranonce, Input &out) override {
      const bool blob = kind == NEB_WORK_BLOB;
      out.bytes.assign(blob ? 76 : 32, 0x5a);
      std::ranges::copy(extranonce, out.bytes.begin());
      out.nonce_offset = blob ? 39 : NEB_POW_NONCE_APPENDED;
      out.nonce_bytes = kind == NEB_WORK_MESSAGE ? 8 : 4;
      return true;
   }
   void hash(const HashTask &task) override { pool->hashed(task.ticket, digest, {}, k_now_ns); }
   void submit(const Solution &) override {}
   std::uint64_t share(const ShareFact &fact) override {
      ++verdicts[static_cast<std::size_t>(fact.verdict)];
      return 0;
   }

   Pool *pool = nullptr;
   std::uint32_t kind = NEB_WORK_COMMITMENT;
   Digest digest = good_digest();
   std::uint64_t sends = 0, bytes = 0, closed = 0, verdicts[5] = {};
};

PoolSettings settings() {
   PoolSettings out;
   out.algorithms = {{"cosmic-harmony", {}, Dialect::cosmic, NEB_POW_ORDER_WORDS32},
                     {"randomx", {"rx/0"}, Dialect::xmrig, NEB_POW_ORDER_LITTLE},
                     {"yescryptr16", {}, Dialect::bitcoin, NEB_POW_ORDER_LITTLE},
                     {"autolykos2", {}, Dialect::ergo, NEB_POW_ORDER_BIG}};
   for (std::uint8_t i = 0; i < 4; ++i) {
      PortSettings port;
      port.algorithms = {i};
      port.fixed_max = ~0ull;
      out.ports.push_back(port);
   }
   out.secret = 7;
   out.ban.shares = ~0u; // duplicates are what is measured
   return out;
}

class Desk {
public:
   /// Miners of one dialect, logged in.
   Desk(std::size_t dialect, std::uint32_t miners) : dialect_(dialect), pool_(settings(), around) {
      around.pool = &pool_;
      around.kind = k_kinds[dialect];
      work();
      for (std::uint32_t i = 0; i < miners; ++i)
         log_in(i);
   }

   void work() {
      Template work;
      work.id = ++templates_;
      work.kind = k_kinds[dialect_];
      work.extranonce_size = 8;
      work.height = 1'000 + templates_;
      work.clean = true;
      work.algorithm = pool_.settings().algorithms[dialect_].name;
      work.network_difficulty = 1'000'000'000'000;
      if (work.kind == NEB_WORK_COINBASE) {
         work.coinbase.emplace();
         work.coinbase->coinb1.assign(60, 1);
         work.coinbase->coinb2.assign(80, 2);
         work.coinbase->branches.resize(4);
         work.coinbase->ntime = 1'700'000'000;
      }
      pool_.work(static_cast<std::uint8_t>(dialect_), std::move(work));
   }
   void broadcast() {
      while (pool_.broadcast(64, k_now_ns))
         ;
   }
   void line(ConnectionId connection, std::string_view text) { pool_.line(connection, text, k_now_ns); }

   /// Of connection 0, for its newest job.
   [[nodiscard]] std::string share(std::uint32_t nonce) const {
      const Session &session = *pool_.sessions().find(0);
      const std::uint64_t number = session.jobs_given;
      const std::string digest = nebula::common::to_hex(around.digest), hex = hex32(nonce);
      switch (k_dialects[dialect_]) {
      case Dialect::xmrig:
         return R"({"id":3,"jsonrpc":"2.0","method":"submit","params":{"id":"0","job_id":")" + hex_job_id(number) +
                R"(","nonce":")" + hex + R"(","result":")" + digest + "\"}}";
      case Dialect::bitcoin:
         return R"({"id":3,"method":"mining.submit","params":[")" + user(0) + R"(",")" + hex_job_id(number) +
                R"(","00000000","6553f100",")" + hex + "\"]}";
      case Dialect::ergo:
         return R"({"id":3,"method":"mining.submit","params":[")" + user(0) + R"(",")" + hex_job_id(number) +
                R"(","","",")" + hex32(session.extranonce) + hex + "\"]}";
      default:
         return R"({"id":3,"method":"mining.submit","params":[")" + user(0) + R"(",")" + cosmic_job_id(number) +
                R"(",")" + hex + R"(",")" + digest + "\"]}";
      }
   }

   Around around;

private:
   /// A fixed difficulty, so that VarDiff sends nothing of its own.
   static std::string user(std::uint32_t miner) {
      return "ZION_0000000000000000000000000000000000000000.rig" + std::to_string(miner) + "+1";
   }
   void log_in(std::uint32_t miner) {
      if (!pool_.opened(miner, static_cast<std::uint8_t>(dialect_), k_now_ns))
         std::abort();
      if (k_dialects[dialect_] == Dialect::xmrig) {
         line(miner, R"({"id":1,"jsonrpc":"2.0","method":"login","params":{"login":")" + user(miner) +
                        R"(","pass":"x","agent":"bench/1.0","algo":["rx/0"]}})");
         return;
      }
      line(miner, R"({"id":1,"method":"mining.subscribe","params":["bench/1.0"]})");
      line(miner, R"({"id":2,"method":"mining.authorize","params":[")" + user(miner) + R"(","x"]})");
   }

   std::size_t dialect_;
   Pool pool_;
   std::uint64_t templates_ = 0;
};

void expect(benchmark::State &state, const Desk &desk, Verdict verdict, std::int64_t count) {
   if (desk.around.verdicts[static_cast<std::size_t>(verdict)] != static_cast<std::uint64_t>(count))
      state.SkipWithError("the shares were judged otherwise");
}

/// From its line to its answer. The line itself is written outside of the time.
void share_accepted(benchmark::State &state) {
   Desk desk(static_cast<std::size_t>(state.range(0)), 1);
   state.SetLabel(k_names[state.range(0)]);
   constexpr std::uint32_t k_batch = 1'000, k_batches_per_template = 500;
   std::uint32_t nonce = 0, batches = 0;
   std::int64_t done = 0;
   std::vector<std::string> lines(k_batch);
   while (state.KeepRunningBatch(k_batch)) {
      state.PauseTiming();
      if (++batches % k_batches_per_template == 0) { // no template takes shares without end
         desk.work();
         desk.broadcast();
      }
      for (std::string &line : lines)
         line = desk.share(nonce++);
      state.ResumeTiming();
      for (const std::string &line : lines)
         desk.line(0, line);
      done += k_batch;
   }
   expect(state, desk, Verdict::accepted, done);
   state.SetItemsProcessed(done);
}
BENCHMARK(share_accepted)->DenseRange(0, 3);

void share_duplicate(benchmark::State &state) {
   Desk desk(static_cast<std::size_t>(state.range(0)), 1);
   state.SetLabel(k_names[state.range(0)]);
   const std::string line = desk.share(1);
   desk.line(0, line);
   for (auto step : state)
      desk.line(0, line);
   expect(state, desk, Verdict::duplicate, state.iterations());
   state.SetItemsProcessed(state.iterations());
}
BENCHMARK(share_duplicate)->DenseRange(0, 3);

/// New work for ten thousand, in slices of 64 as the loop does it; without the sockets.
void broadcast_to_10000(benchmark::State &state) {
   constexpr std::uint32_t k_miners = 10'000;
   Desk desk(static_cast<std::size_t>(state.range(0)), k_miners);
   state.SetLabel(k_names[state.range(0)]);
   const std::uint64_t sent = desk.around.sends;
   for (auto step : state) {
      desk.work();
      desk.broadcast();
   }
   if (desk.around.sends - sent != static_cast<std::uint64_t>(state.iterations()) * k_miners)
      state.SkipWithError("not everybody was told, or somebody twice");
   state.SetItemsProcessed(state.iterations() * k_miners);
}
BENCHMARK(broadcast_to_10000)->DenseRange(0, 3)->Unit(benchmark::kMillisecond);

/// What the core keeps for a miner that is logged in and has a job, its worker included. What the allocator adds to
/// each piece (8 bytes) is not in it.
void memory_per_idle_session(benchmark::State &state) {
   constexpr std::uint32_t k_miners = 10'000;
   state.SetLabel(k_names[state.range(0)]);
   double each = 0;
   for (auto step : state) {
      const std::int64_t before = live_bytes.load();
      const Desk desk(static_cast<std::size_t>(state.range(0)), k_miners);
      each = static_cast<double>(live_bytes.load() - before) / k_miners;
   }
   state.counters["bytes"] = each;
}
BENCHMARK(memory_per_idle_session)->DenseRange(0, 3)->Unit(benchmark::kMillisecond);

} // namespace
