// LINK: nebula_pool_core
/// What the pool's accounts cost without a disk: a group of shares booked, a block divided, a batch of payments made.
#include "accounts/accounts.h"

#include <benchmark/benchmark.h>

#include <array>
#include <cstdlib>
#include <map>

namespace {

using namespace nebula::pool::accounts;

constexpr std::uint64_t k_now_s = 1'700'000'000;
constexpr std::uint32_t k_workers = 10'000;

/// Tables in memory that are written at once: nothing here fails, so nothing is to be undone.
class DirectStore final : public Store {
public:
   explicit DirectStore(bool with_log) : with_log_(with_log) {}

   std::unique_ptr<Transaction> read() const override { return std::make_unique<Direct>(tables_); }
   std::unique_ptr<Transaction> write() override { return std::make_unique<Direct>(tables_); }
   Log *log() override { return with_log_ ? &log_ : nullptr; }

private:
   using Tables = std::array<std::map<Bytes, Bytes>, k_table_count>;

   class Direct final : public Transaction {
   public:
      explicit Direct(Tables &tables) : tables_(tables) {}
      std::optional<Bytes> get(Table table, ByteView key) const override {
         const auto found = of(table).find(Bytes(key.begin(), key.end()));
         return found == of(table).end() ? std::nullopt : std::optional(found->second);
      }
      void range(Table table, ByteView, bool, const Visit &visit) const override {
         for (const auto &[key, value] : of(table)) // only whole tables are read here, forwards
            if (!visit(key, value))
               return;
      }
      void put(Table table, ByteView key, ByteView value) override {
         of(table)[Bytes(key.begin(), key.end())] = Bytes(value.begin(), value.end());
      }
      void erase(Table table, ByteView key) override { of(table).erase(Bytes(key.begin(), key.end())); }
      void commit() override {}

   private:
      [[nodiscard]] std::map<Bytes, Bytes> &of(Table table) const { return tables_[static_cast<std::size_t>(table)]; }
      Tables &tables_;
   };
   class Nowhere final : public Log {
   public:
      void each(const Visit &) override {}
      bool append(std::uint64_t, ByteView record) override {
         benchmark::DoNotOptimize(record.data());
         return true;
      }
      void restart() override {}
   };

   mutable Tables tables_;
   Nowhere log_;
   bool with_log_;
};

struct Books {
   explicit Books(bool with_log, Rules rules = {}) : store(with_log), accounts(std::move(rules), store) {
      accounts.open("bench");
      accounts.use_coin({"coin", "TEST", 6, 5, 1}, 1'000'000, {});
      accounts.balance_said(Fund::main, ~0ull >> 1);
      for (std::uint32_t i = 0; i < k_workers; ++i)
         workers.push_back(accounts.worker("ZION_" + std::to_string(i), "rig", "cosmic-harmony"));
      std::vector<ShareEntry> all;
      for (const std::uint32_t worker : workers)
         all.push_back(share(worker));
      accounts.book(all);
   }
   [[nodiscard]] ShareEntry share(std::uint32_t worker) const {
      ShareEntry out;
      out.worker = worker;
      out.difficulty = 1'000;
      out.network_difficulty = 1'000 * k_workers;
      out.height = 7;
      out.time_s = k_now_s;
      return out;
   }
   /// A candidate of somebody's becomes a block that is mature.
   void block(Amount reward) {
      ShareEntry last = share(workers.front());
      last.block = true;
      const std::uint64_t number = accounts.next_block();
      accounts.book(std::span(&last, 1));
      accounts.found(number, "block" + std::to_string(number), 7);
      accounts.said(number, {BlockSaid::State::pending, 1, reward, 0}, k_now_s);
      accounts.said(number, {BlockSaid::State::mature, 5, reward, 0}, k_now_s);
   }

   DirectStore store;
   Accounts accounts;
   std::vector<std::uint32_t> workers;
};

/// As many shares as ten thousand a second make in two milliseconds.
void book_a_group_of_20(benchmark::State &state) {
   Books books(state.range(0) != 0);
   state.SetLabel(state.range(0) != 0 ? "with a log" : "a transaction each");
   std::vector<ShareEntry> group(20);
   std::uint32_t next = 0;
   std::uint64_t now_s = k_now_s;
   std::int64_t groups = 0;
   for (auto step : state) {
      for (ShareEntry &share : group)
         share = books.share(books.workers[next = (next + 7'919) % k_workers]);
      books.accounts.book(group);
      if (++groups % 500 == 0)
         books.accounts.tick(++now_s);
   }
   state.SetItemsProcessed(groups * 20);
}
BENCHMARK(book_a_group_of_20)->Arg(0)->Arg(1);

/// From the candidate to the credited balances of ten thousand wallets.
void divide_a_block_among_10000(benchmark::State &state) {
   Books books(true);
   for (auto step : state)
      books.block(50'000'000'000);
   if (books.accounts.totals().blocks_mature != static_cast<std::uint64_t>(state.iterations()))
      state.SkipWithError("a block is not mature");
}
BENCHMARK(divide_a_block_among_10000)->Unit(benchmark::kMillisecond);

/// Batches of 500 for ten thousand wallets that are due.
void pay_10000_wallets(benchmark::State &state) {
   Rules rules;
   rules.payout_interval_s = 1;
   Books books(true, rules);
   std::uint64_t now_s = k_now_s;
   std::uint64_t payments = 0;
   for (auto step : state) {
      state.PauseTiming();
      books.block(50'000'000'000);
      books.accounts.balance_said(Fund::main, ~0ull >> 1);
      state.ResumeTiming();
      for (bool more = true; more;) {
         const std::size_t before = payments;
         books.accounts.hurry();
         books.accounts.pay_out(now_s += 10, [](const std::string &) { return std::string(); });
         for (const CoinCall &call : books.accounts.calls(now_s)) {
            if (call.kind != CoinCall::Kind::pay)
               continue;
            payments += call.payments.size();
            books.accounts.batch_said(call.number, {BatchSaid::State::paid, 0, 5, "tx", ""}, now_s);
         }
         more = payments != before;
         books.accounts.balance_said(Fund::main, ~0ull >> 1);
      }
   }
   if (payments < static_cast<std::uint64_t>(state.iterations()) * k_workers)
      state.SkipWithError("somebody was not paid");
   state.SetItemsProcessed(static_cast<std::int64_t>(payments));
}
BENCHMARK(pay_10000_wallets)->Unit(benchmark::kMillisecond);

} // namespace
