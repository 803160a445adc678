/// What the accounts do with shares, blocks and payouts, one rule at a time.

#include "memory_store.h"

#include "accounts/accounts.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace nebula::pool::accounts::test {
namespace {

constexpr std::uint64_t k_now = 1'700'000'000;

struct Books {
   explicit Books(Rules rules = {}) : accounts(std::move(rules), store) { open(); }

   void open() {
      accounts.open("pool-1");
      accounts.use_coin({"scripted", "TEST", 6, 5, 2}, 1'000'000, {{"ZION_LATE", 90'000'000}});
   }
   ShareEntry share(const char *wallet, std::uint64_t difficulty, bool block = false) {
      ShareEntry out;
      out.worker = accounts.worker(wallet, "rig", "cosmic-harmony");
      out.difficulty = difficulty;
      out.network_difficulty = 1'000;
      out.height = 7;
      out.time_s = k_now;
      out.block = block;
      return out;
   }
   void book(std::vector<ShareEntry> shares) { accounts.book(shares); }
   /// A candidate of a wallet becomes a block that pays.
   std::uint64_t block(const char *wallet, Amount reward, Amount bonus = 0) {
      const std::uint64_t number = accounts.next_block();
      book({share(wallet, 1, true)});
      accounts.found(number, "id" + std::to_string(number), 7);
      say(number, BlockSaid::State::pending, reward, bonus);
      return number;
   }
   void say(std::uint64_t number, BlockSaid::State state, Amount reward, Amount bonus = 0) {
      accounts.said(number, {state, 1, reward, bonus}, k_now);
   }
   [[nodiscard]] MinerView miner(const char *wallet) const { return accounts.miner(wallet).value(); }
   void balanced() const {
      const Audit audit = accounts.audit();
      EXPECT_TRUE(audit.faults.empty()) << audit.faults.front();
   }

   MemoryStore store;
   Accounts accounts;
};

TEST(PoolAccounts, divide_a_block_over_the_last_work_whoever_found_it) {
   Rules rules;
   rules.bonus = false;
   Books books(rules);
   books.book({books.share("ZION_OLD", 400)});
   books.book({books.share("ZION_OLD", 500)});
   books.accounts.tick(k_now); // ends the slice
   books.book({books.share("ZION_A", 900), books.share("ZION_B", 599)});
   const std::uint64_t number = books.block("ZION_A", 20'000'000);
   // The window has 2,000 hashes: 1,500 of A and B, and 500 of the 900 before.
   EXPECT_EQ(books.miner("ZION_A").immature.main, 9'010'000u);
   EXPECT_EQ(books.miner("ZION_B").immature.main, 5'990'000u);
   EXPECT_EQ(books.miner("ZION_OLD").immature.main, 5'000'000u);
   EXPECT_TRUE(books.miner("ZION_A").balance.zero()) << "not yet";
   books.say(number, BlockSaid::State::mature, 20'000'000);
   EXPECT_EQ(books.miner("ZION_A").balance.main, 9'010'000u);
   EXPECT_TRUE(books.miner("ZION_A").immature.zero());
   books.balanced();
}

TEST(PoolAccounts, divide_a_block_over_the_round_or_give_it_to_its_finder_as_they_are_told) {
   Rules rules;
   rules.scheme = Scheme::prop;
   Books prop(rules);
   prop.book({prop.share("ZION_A", 99), prop.share("ZION_B", 100)});
   const std::uint64_t first = prop.block("ZION_A", 1'000);
   EXPECT_EQ(prop.miner("ZION_A").immature.main, 500u);
   prop.book({prop.share("ZION_B", 100)});
   (void)prop.block("ZION_B", 1'000);
   EXPECT_EQ(prop.miner("ZION_A").immature.main, 500u) << "its work was in the round before";
   // The first one is lost: its work counts for the next one.
   prop.accounts.tip(20);
   prop.say(first, BlockSaid::State::orphaned, 0);
   EXPECT_EQ(prop.accounts.blocks(first + 1, 1).at(0).state, BlockState::lost);
   (void)prop.block("ZION_B", 201);
   EXPECT_EQ(prop.miner("ZION_A").immature.main, 100u);

   rules.scheme = Scheme::solo;
   Books solo(rules);
   solo.book({solo.share("ZION_A", 900)});
   (void)solo.block("ZION_B", 1'000);
   EXPECT_EQ(solo.miner("ZION_B").immature.main, 1'000u);
   EXPECT_TRUE(solo.miner("ZION_A").immature.zero());
}

TEST(PoolAccounts, take_the_fee_from_the_reward_and_bonuses_from_what_was_released) {
   Rules rules;
   rules.fee_ppm = 12'500;
   rules.fee_address = "ZION_FEE";
   rules.levels = {{"ONE", 0, 100}, {"TWO", 100, 150}};
   Books books(rules);
   books.book({books.share("ZION_A", 999)}); // 999 thousandths of a block's 10,000 experience
   const std::uint64_t number = books.block("ZION_B", 1'000'000, 300'000);
   books.say(number, BlockSaid::State::mature, 1'000'000, 300'000);
   EXPECT_EQ(books.miner("ZION_FEE").balance.main, 12'500u);
   EXPECT_EQ(books.miner("ZION_A").balance.main, 986'513u) << "999 of 1,000 parts of 987,500, and the unit left";
   EXPECT_EQ(books.miner("ZION_B").balance.main, 987u);
   EXPECT_EQ(books.miner("ZION_A").balance.bonus, 300'000u) << "less than half of its part was released";
   EXPECT_EQ(books.accounts.blocks(0, 1).at(0).bonus_paid, 300'000u);
   books.balanced();
}

TEST(PoolAccounts, give_experience_by_work_and_achievements_once) {
   Rules rules;
   rules.reference_difficulty["cosmic-harmony"] = 100;
   Books books(rules);
   books.book({books.share("ZION_A", 100)});
   EXPECT_EQ(books.miner("ZION_A").xp, 60u) << "10 and the first share's 50";
   books.book({books.share("ZION_A", 250)});
   EXPECT_EQ(books.miner("ZION_A").xp, 85u);
   std::vector<ShareEntry> many(98, books.share("ZION_A", 1));
   books.book(many);
   EXPECT_EQ(books.miner("ZION_A").xp, 85u + 9 + 500);
   (void)books.block("ZION_A", 1);
   EXPECT_EQ(books.miner("ZION_A").xp, 2'594u) << "a block, and the first one";
   EXPECT_EQ(books.miner("ZION_A").achievements,
             (std::vector<std::string>{"first share", "100 shares", "first block"}));
   EXPECT_EQ(books.accounts.leaderboard(5).at(0).wallet, "ZION_A");
}

TEST(PoolAccounts, pay_what_is_due_and_take_back_what_failed) {
   Rules rules;
   rules.bonus = false;
   Books books(rules);
   books.book({books.share("ZION_A", 500), books.share("ZION_BAD", 400), books.share("ZION_LATE", 99)});
   books.say(books.block("ZION_POOR", 80'000'000), BlockSaid::State::mature, 80'000'000);
   const auto check = [](const std::string &address) {
      return address == "ZION_BAD" ? std::string("no such address") : std::string();
   };
   EXPECT_EQ(books.accounts.due().wallets, 2u);
   EXPECT_EQ(books.accounts.due().amount.main, 72'000'000u);
   EXPECT_EQ(books.accounts.due().largest, 40'000'000u);
   books.accounts.pay_out(k_now, check);
   EXPECT_TRUE(books.accounts.batches(0, 9).empty()) << "the fund's balance is not known yet";
   books.accounts.balance_said(Fund::main, 100'000'000);
   books.accounts.pay_out(k_now, check);
   ASSERT_EQ(books.accounts.batches(0, 9).size(), 1u);
   EXPECT_EQ(books.miner("ZION_A").paying.main, 40'000'000u);
   EXPECT_EQ(books.miner("ZION_BAD").balance.main, 32'000'000u);
   EXPECT_EQ(books.miner("ZION_BAD").unpayable, "no such address");
   EXPECT_EQ(books.miner("ZION_LATE").balance.main, 7'920'000u) << "below its own threshold";
   EXPECT_EQ(books.miner("ZION_POOR").balance.main, 80'000u) << "below everybody's";
   EXPECT_EQ(books.accounts.due().wallets, 0u);
   EXPECT_EQ(books.accounts.due().unpayable, 1u);
   EXPECT_EQ(books.accounts.due().largest, 32'000'000u);

   auto calls = books.accounts.calls(k_now);
   const auto pay = std::ranges::find(calls, CoinCall::Kind::pay, &CoinCall::kind);
   ASSERT_NE(pay, calls.end());
   EXPECT_EQ(pay->text, "pool-1-1");
   EXPECT_EQ(pay->payments, (std::vector<std::pair<std::string, Amount>>{{"ZION_A", 40'000'000}}));
   books.accounts.batch_said(1, {BatchSaid::State::failed, 0, 0, "", "the fund is too low"}, k_now);
   EXPECT_EQ(books.miner("ZION_A").balance.main, 40'000'000u);
   EXPECT_TRUE(books.miner("ZION_A").paying.zero());

   books.accounts.balance_said(Fund::main, 100'000'000);
   books.accounts.pay_out(k_now, check);
   EXPECT_EQ(books.accounts.batches(0, 9).size(), 1u) << "what failed is not tried again at once";
   books.accounts.hurry();
   books.accounts.pay_out(k_now, check);
   ASSERT_EQ(books.accounts.batches(0, 9).size(), 2u);
   EXPECT_EQ(books.accounts.batches(0, 9)[0].key, "pool-1-2") << "another key: the failed one stays failed";
   books.accounts.batch_said(2, {BatchSaid::State::paid, 1'000, 5, "aa", ""}, k_now + 700);
   EXPECT_EQ(books.miner("ZION_A").paid.main, 40'000'000u);
   EXPECT_EQ(books.accounts.totals().network_fees.main, 1'000u);
   EXPECT_EQ(books.accounts.payments("ZION_A", 0, 9).size(), 2u);
   books.balanced();
   books.open();
   books.balanced();
   EXPECT_EQ(books.miner("ZION_A").paid.main, 40'000'000u);
}

TEST(PoolAccounts, pay_no_more_than_the_fund_has) {
   Rules rules;
   rules.bonus = false;
   Books books(rules);
   books.book({books.share("ZION_A", 500), books.share("ZION_B", 499)});
   books.say(books.block("ZION_C", 10'000'000), BlockSaid::State::mature, 10'000'000);
   books.accounts.balance_said(Fund::main, 6'000'000);
   books.accounts.pay_out(k_now, [](const std::string &) { return std::string(); });
   ASSERT_EQ(books.accounts.batches(0, 9).size(), 1u);
   EXPECT_EQ(books.accounts.batches(0, 9)[0].amount, 5'000'000u);
   EXPECT_EQ(books.accounts.totals().unfunded.main, 4'990'000u);
}

TEST(PoolAccounts, find_a_block_by_its_height_when_the_answer_to_its_candidate_was_lost) {
   Books books;
   const std::uint64_t number = books.accounts.next_block();
   books.book({books.share("ZION_A", 10, true)});
   books.open(); // a crash: nobody knows what became of the candidate
   const auto calls = books.accounts.calls(k_now);
   ASSERT_FALSE(calls.empty());
   EXPECT_EQ(calls[0].kind, CoinCall::Kind::block);
   EXPECT_EQ(calls[0].text, "");
   EXPECT_EQ(calls[0].height, 7u);
   books.say(number, BlockSaid::State::pending, 43'835'000);
   EXPECT_EQ(books.accounts.blocks(0, 1).at(0).state, BlockState::pending);
   EXPECT_EQ(books.miner("ZION_A").immature.main, 43'835'000u);
   EXPECT_EQ(books.miner("ZION_A").blocks, 1u);
}

TEST(PoolAccounts, show_an_orphan_until_it_is_final_and_take_it_back_when_it_returns) {
   Books books;
   const std::uint64_t number = books.block("ZION_A", 1'000'000);
   EXPECT_EQ(books.miner("ZION_A").immature.main, 1'000'000u);
   books.say(number, BlockSaid::State::orphaned, 0);
   EXPECT_EQ(books.accounts.blocks(0, 1).at(0).state, BlockState::orphaned);
   EXPECT_TRUE(books.miner("ZION_A").immature.zero());
   books.say(number, BlockSaid::State::pending, 1'000'000);
   EXPECT_EQ(books.miner("ZION_A").immature.main, 1'000'000u);
   books.say(number, BlockSaid::State::mature, 1'000'000);
   books.say(number, BlockSaid::State::orphaned, 0);
   EXPECT_EQ(books.miner("ZION_A").balance.main, 1'000'000u) << "mature is for ever";
   books.balanced();
}

TEST(PoolAccounts, live_through_a_full_disk_and_lose_nothing) {
   Books books;
   books.book({books.share("ZION_A", 10)});
   books.store.refuse_commits(true);
   const std::vector<ShareEntry> more{books.share("ZION_A", 20), books.share("ZION_NEW", 30)};
   EXPECT_THROW(books.accounts.book(more), Error);
   EXPECT_THROW(books.accounts.book(more), Error) << "numbers of workers are void";
   books.store.refuse_commits(false);
   const std::uint64_t before = books.accounts.sequence();
   books.book({books.share("ZION_A", 20), books.share("ZION_NEW", 30)});
   EXPECT_GT(books.accounts.sequence(), before);
   EXPECT_EQ(books.miner("ZION_A").work, 30u);
   EXPECT_EQ(books.miner("ZION_NEW").work, 30u);
}

TEST(PoolAccounts, keep_the_journal_short_and_everything_that_was_in_it) {
   Rules rules;
   rules.checkpoint_s = 1;
   Books books(rules);
   for (int i = 0; i < 300; ++i) {
      books.book({books.share(i % 2 == 0 ? "ZION_A" : "ZION_B", 10)});
      books.accounts.tick(k_now + static_cast<std::uint64_t>(i));
   }
   for (int i = 300; i < 320; ++i)
      books.accounts.tick(k_now + static_cast<std::uint64_t>(i));
   EXPECT_EQ(books.store.tables()[static_cast<std::size_t>(Table::journal)].size(), 1u) << "the newest one stays";
   books.open();
   EXPECT_EQ(books.miner("ZION_A").shares.accepted, 150u);
   EXPECT_EQ(books.miner("ZION_B").work, 1'500u);
   EXPECT_EQ(books.accounts.totals().rounds.at(0).work, 3'000u);
}

TEST(PoolAccounts, name_the_record_that_is_damaged) {
   Books books;
   books.book({books.share("ZION_A", 10)});
   auto &wallets = books.store.tables()[static_cast<std::size_t>(Table::wallets)];
   wallets.rbegin()->second.pop_back();
   try {
      books.open();
      FAIL() << "opened with a damaged record";
   } catch (const Error &error) {
      EXPECT_EQ(error.status(), NEB_E_CORRUPT);
      EXPECT_NE(std::string(error.what()).find("wallets 1"), std::string::npos) << error.what();
   }
}

TEST(PoolAccounts, say_so_when_the_books_do_not_balance) {
   Books books;
   books.say(books.block("ZION_A", 1'000'000), BlockSaid::State::mature, 1'000'000);
   for (int i = 0; i < 40; ++i)
      books.accounts.tick(k_now + 100 + static_cast<std::uint64_t>(i));
   auto &wallets = books.store.tables()[static_cast<std::size_t>(Table::wallets)];
   Wallet row = decode<Wallet>(wallets.rbegin()->second);
   ASSERT_EQ(row.balance.main, 1'000'000u);
   row.balance.main += 1;
   wallets.rbegin()->second = encode(row);
   books.open();
   ASSERT_FALSE(books.accounts.audit().faults.empty());
   EXPECT_NE(books.accounts.audit().faults[0].find("ZION_A"), std::string::npos);
}

TEST(PoolAccounts, count_what_a_worker_found_against_what_its_work_is_worth) {
   Books books;
   for (int i = 0; i < 20; ++i)
      books.book({books.share("ZION_THIEF", 900), books.share("ZION_A", 100)});
   const auto suspects = books.accounts.suspects(5);
   ASSERT_EQ(suspects.size(), 2u);
   EXPECT_EQ(suspects[0].wallet, "ZION_THIEF");
   EXPECT_EQ(suspects[0].expected_ppm, 18'000'000u);
   EXPECT_LT(suspects[0].probability, 1e-7);
   EXPECT_GT(suspects[1].probability, 0.1);
}

TEST(PoolAccounts, drop_the_splits_of_old_blocks_and_keep_their_sums) {
   Rules rules;
   rules.splits_kept = 2;
   rules.checkpoint_s = 1;
   Books books(rules);
   for (int i = 0; i < 6; ++i)
      books.say(books.block("ZION_A", 1'000), BlockSaid::State::mature, 1'000);
   for (int i = 0; i < 60; ++i) {
      books.book({books.share("ZION_A", 1)});
      books.accounts.tick(k_now + 10 + static_cast<std::uint64_t>(i));
   }
   EXPECT_EQ(books.store.tables()[static_cast<std::size_t>(Table::splits)].size(), 2u);
   EXPECT_EQ(books.store.tables()[static_cast<std::size_t>(Table::blocks)].size(), 6u);
   books.open();
   EXPECT_EQ(books.miner("ZION_A").credited.main, 6'000u);
   books.balanced();
}

TEST(PoolAccounts, remember_the_last_hundred_shares_of_a_wallet) {
   Books books;
   for (std::uint64_t i = 1; i <= 130; ++i)
      books.book({books.share("ZION_A", i)});
   const auto history = books.miner("ZION_A").history;
   ASSERT_EQ(history.size(), 100u);
   EXPECT_EQ(history.front().difficulty, 130u);
   EXPECT_EQ(history.back().difficulty, 31u);
}

} // namespace
} // namespace nebula::pool::accounts::test
