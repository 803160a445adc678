/// What the fuzz targets of records and of whole ledgers begin with.
#include "store_dump.h"

#include "../fuzz/seed.h"

#include "accounts/accounts.h"
#include "accounts/records.h"

#include <gtest/gtest.h>

namespace nebula::pool::accounts::test {
namespace {

/// `kind`: the record's place in the fuzz target's list of readers.
template <class Row>
void seed(char kind, const std::string &name, const Row &row) {
   const Bytes bytes = encode(row);
   const std::string kept = nebula::test::kept_seed("pool_records", name, kind + std::string(common::as_text(bytes)));
   ASSERT_FALSE(kept.empty());
   EXPECT_EQ(kept.front(), kind);
   EXPECT_NO_THROW((void)decode<Row>(common::as_bytes(std::string_view(kept).substr(1))));
}

TEST(PoolRecordSeeds, are_records_of_every_kind) {
   seed('\0', "algorithm", Algorithm{"randomx", 1, 2, 3, 4, 5});
   Wallet wallet;
   wallet.name = "ZION_A";
   wallet.work = ~std::uint64_t{0};
   wallet.round = {{0, 500}, {3, 70'000}};
   seed('\1', "wallet", wallet);
   seed('\2', "worker", Worker{7, 1, "rig", {9, 8, 7, 6, 5}, 1'000, 2, 3, 4, 5});
   seed('\3', "slice", Slice{5, 9, {{0, 10}, {300, 70'000}}});
   seed('\4', "block", Block{3, BlockState::pending, "abcdef", 1, 300, 12, 13, 14, 15, 16, 17, 18, 19, true});
   seed('\5', "split", Split{{{1, 2, 150, {3, 4}}, {900, 0, 100, {5'000'000, 0}}}});
   seed('\6', "batch", Batch{3, BatchState::sent, Fund::bonus, 5, 6, 7, 8, 9, "aa,bb", "why"});
   seed('\7', "payments", Payments{{{1, 1'000'000}, {2, 3}}});
   Event event;
   event.workers.push_back({300, {1, 2, 3, 4, 5}, 50, 60, 70, 80, 90, 100, true});
   seed('\10', "shares", event);
   seed('\10', "credited", Event{Event::Kind::credited, 77, {}});
}

TEST(PoolLedgerSeeds, are_ledgers_with_blocks_and_payments_in_every_state) {
   constexpr std::uint64_t k_now = 1'700'000'000;
   MemoryStore store;
   Rules rules;
   rules.payout_interval_s = 1;
   Accounts books(rules, store);
   books.open("seed");
   books.use_coin({"scripted", "TEST", 6, 5, 2}, 1'000, {});
   const auto share = [&](const char *wallet, bool block) {
      ShareEntry out;
      out.worker = books.worker(wallet, "rig", "cosmic-harmony");
      out.difficulty = 600;
      out.network_difficulty = 1'000;
      out.height = 7;
      out.time_s = k_now;
      out.block = block;
      books.book({&out, 1});
   };
   const auto block = [&](const char *wallet, BlockSaid::State state) {
      const std::uint64_t number = books.next_block();
      share(wallet, true);
      books.found(number, "id" + std::to_string(number), 7);
      books.said(number, {state, 1, 1'000'000, 500}, k_now);
   };
   share("ZION_A", false);
   share("ZION_B", false);
   block("ZION_A", BlockSaid::State::mature);
   std::map<std::string, std::string> seeds;
   const auto keep = [&](const char *name) {
      seeds[name] = nebula::test::kept_seed("pool_ledger", name, common::as_text(dump(store.tables())));
   };
   keep("mature");
   for (const Fund fund : {Fund::main, Fund::bonus})
      books.balance_said(fund, 10'000'000);
   books.pay_out(k_now + 1, [](const std::string &) { return std::string(); });
   ASSERT_FALSE(books.batches(0, 9).empty());
   block("ZION_B", BlockSaid::State::pending);
   keep("paying");
   books.batch_said(1, {BatchSaid::State::paid, 10, 60, "aa", ""}, k_now + 2);
   block("ZION_B", BlockSaid::State::orphaned);
   share("ZION_B", true);
   books.tick(k_now + 100);
   keep("paid");
   for (const auto &[name, bytes] : seeds) {
      MemoryStore kept;
      kept.tables() = undump(common::as_bytes(bytes));
      Accounts again(rules, kept);
      EXPECT_NO_THROW(again.open("seed")) << name << " is of another version: run this test with NEBULA_UPDATE=1";
      EXPECT_TRUE(again.audit().faults.empty()) << name;
   }
}

} // namespace
} // namespace nebula::pool::accounts::test
