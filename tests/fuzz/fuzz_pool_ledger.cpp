// LINK: nebula_pool_core
// A ledger that another program, or a broken disk, has written to: reading it ends with an error that says so, or with
// books that go on.
#include "../pool_accounts/store_dump.h"
#include "accounts/accounts.h"

namespace {

using namespace nebula::pool::accounts;

void go_on(Accounts &books) {
   constexpr std::uint64_t k_now = 1'700'000'000;
   ShareEntry share;
   share.worker = books.worker("ZION_A", "rig", "cosmic-harmony");
   share.difficulty = share.network_difficulty = 1'000;
   share.height = 7;
   share.time_s = k_now;
   share.block = true;
   const std::uint64_t block = books.next_block();
   books.book({&share, 1});
   books.found(block, "id", 7);
   books.said(block, {BlockSaid::State::mature, 60, 1'000'000, 5}, k_now);
   for (const CoinCall &call : books.calls(k_now))
      if (call.kind == CoinCall::Kind::block)
         books.said(call.number, {BlockSaid::State::orphaned, 1, 0, 0}, k_now);
      else if (call.kind != CoinCall::Kind::balance)
         books.batch_said(call.number, {BatchSaid::State::paid, 1, 60, "t", ""}, k_now);
   books.balance_said(Fund::main, 1'000'000'000);
   books.balance_said(Fund::bonus, 1'000'000'000);
   books.pay_out(k_now, [](const std::string &) { return std::string(); });
   books.tick(k_now + 100);
   (void)books.audit();
   (void)books.totals();
   (void)books.miner("ZION_A");
   (void)books.blocks(0, 100);
   (void)books.payments("", 0, 100);
   (void)books.suspects(10);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   try {
      test::MemoryStore store;
      store.tables() = test::undump({data, size});
      Rules rules;
      rules.payout_interval_s = 1;
      Accounts books(rules, store);
      books.open("fuzz");
      books.use_coin({"scripted", "TEST", 6, 5, 2}, 1, {});
      go_on(books);
   } catch (const nebula::Error &error) {
      if (error.status() != NEB_E_CORRUPT)
         __builtin_trap();
   }
   return 0;
}
