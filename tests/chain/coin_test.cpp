#include "payout_support.h"
#include "work_host.h"

#include "shell/coin.h"

#include "common/hex.h"

namespace nebula::chain {
namespace {

using test::address;

/// What a service's user writes down.
struct Answer {
   static void on_block(void *user, const neb_coin_block *block) {
      auto &self = *static_cast<Answer *>(user);
      ++self.answers;
      self.block = *block;
   }
   static void on_balance(void *user, const neb_coin_balance *balance) {
      auto &self = *static_cast<Answer *>(user);
      ++self.answers;
      self.balance = *balance;
   }
   static void on_batch(void *user, const neb_coin_batch *batch) {
      auto &self = *static_cast<Answer *>(user);
      ++self.answers;
      self.batch = *batch;
      self.transactions = view(batch->transactions);
      self.text = view(batch->text);
   }
   int answers = 0;
   neb_coin_block block{};
   neb_coin_balance balance{};
   neb_coin_batch batch{};
   std::string transactions, text;
};

class CoinTest : public ::testing::Test {
protected:
   CoinTest() : coin_(process_.node.network(), Clock(host_.host())) { coin_.start(process_.node, process_.payouts); }

   neb_coin_block block(const BlockPtr &block) {
      Answer answer;
      const std::string id = common::to_hex(block_id(block->header, block->proof));
      EXPECT_EQ(table().block(&table(), str(id), block->header.height, &Answer::on_block, &answer), NEB_OK);
      EXPECT_EQ(answer.answers, 1);
      return answer.block;
   }
   neb_coin_balance balance(std::uint32_t fund) {
      Answer answer;
      EXPECT_EQ(table().balance(&table(), fund, &Answer::on_balance, &answer), NEB_OK);
      EXPECT_EQ(answer.answers, 1);
      return answer.balance;
   }
   struct Paid {
      neb_status status;
      Answer answer;
      std::string error;
   };
   Paid pay(std::string_view key, std::uint32_t fund, const std::vector<std::pair<std::string, Amount>> &payments) {
      std::vector<neb_coin_payment> list;
      for (const auto &[to, amount] : payments)
         list.push_back({str(to), amount});
      Paid out{};
      ErrorRecord error;
      out.status = table().pay(&table(), str(key), fund, list.data(), static_cast<std::uint32_t>(list.size()),
                               &Answer::on_batch, &out.answer, error.raw());
      out.error = error.text();
      EXPECT_EQ(out.answer.answers, out.status == NEB_OK ? 1 : 0);
      return out;
   }
   Answer batch(std::string_view key) {
      Answer answer;
      EXPECT_EQ(table().batch(&table(), str(key), &Answer::on_batch, &answer), NEB_OK);
      EXPECT_EQ(answer.answers, 1);
      return answer;
   }
   /// Rewards that are final.
   void earn(unsigned blocks = 1) {
      for (unsigned i = 0; i < blocks; ++i)
         process_.mine(test::k_wallet, 1'000'000);
      process_.mine_many(test::k_depth);
   }
   const neb_coin &table() { return coin_.table(); }
   static std::string to(std::uint8_t n) { return to_text(address(n)); }

   test::WorkHost host_;
   MemoryStore store_;
   test::Process process_{store_};
   Coin coin_;
};

TEST_F(CoinTest, describes_the_coin_also_when_it_is_not_running) {
   coin_.stop();
   neb_coin_info info{};
   info.size = sizeof info;
   ASSERT_EQ(table().describe(&table(), &info), NEB_OK);
   EXPECT_EQ(view(info.coin), "nebula-dev");
   EXPECT_EQ(view(info.symbol), "ZION");
   EXPECT_EQ(info.decimals, 6u);
   EXPECT_EQ(info.maturity, test::k_depth);
   EXPECT_EQ(info.funds, 2u);
   EXPECT_EQ(info.bonus_per_block, 190'258'751u);
   Answer answer;
   EXPECT_EQ(table().balance(&table(), 0, &Answer::on_balance, &answer), NEB_E_STATE);
   EXPECT_EQ(table().batch(&table(), str("k"), &Answer::on_batch, &answer), NEB_E_STATE);
   EXPECT_EQ(table().block(&table(), str(std::string(64, '0')), 1, &Answer::on_block, &answer), NEB_E_STATE);
   EXPECT_EQ(pay("k", 0, {{to(2), 1}}).status, NEB_E_STATE);
   EXPECT_EQ(answer.answers, 0);
}

TEST_F(CoinTest, says_what_is_wrong_with_an_address) {
   EXPECT_EQ(table().check_address(&table(), str(to(5)), nullptr), NEB_OK);
   ErrorRecord error;
   EXPECT_EQ(table().check_address(&table(), str("ZION_123"), error.raw()), NEB_E_INVALID);
   EXPECT_NE(error.text().find("ZION_"), std::string_view::npos) << error.text();
}

TEST_F(CoinTest, a_block_is_pending_until_no_reorganisation_reaches_it) {
   const BlockPtr mined = process_.mine(test::k_wallet, 5'000'000);
   neb_coin_block now = block(mined);
   EXPECT_EQ(now.state, NEB_COIN_BLOCK_PENDING);
   EXPECT_EQ(now.height, 1u);
   EXPECT_EQ(now.confirmations, 1u);
   EXPECT_EQ(now.reward, 43'835'000u);
   EXPECT_EQ(now.bonus, 5'000'000u);
   process_.mine_many(test::k_depth - 1);
   EXPECT_EQ(block(mined).state, NEB_COIN_BLOCK_PENDING);
   Answer answer;
   EXPECT_EQ(table().block(&table(), {}, mined->header.height, &Answer::on_block, &answer), NEB_OK);
   EXPECT_EQ(answer.block.state, NEB_COIN_BLOCK_PENDING) << "a finder may know the height and not the id";
   EXPECT_EQ(answer.block.reward, now.reward);
   process_.mine_many(1);
   now = block(mined);
   EXPECT_EQ(now.state, NEB_COIN_BLOCK_MATURE);
   EXPECT_EQ(now.confirmations, test::k_depth + 1);
}

TEST_F(CoinTest, a_block_whose_place_another_one_has_is_orphaned_and_one_above_the_tip_unknown) {
   MemoryStore fork_store = store_;
   test::Process fork(fork_store);
   const BlockPtr mine = process_.mine();
   const std::vector<BlockPtr> longer = {fork.mine(7), fork.mine(7)};
   EXPECT_EQ(block(longer[1]).state, NEB_COIN_BLOCK_UNKNOWN);
   EXPECT_EQ(block(longer[0]).state, NEB_COIN_BLOCK_ORPHANED) << "not seen yet, and its place is taken";
   for (const BlockPtr &one : longer)
      ASSERT_TRUE(process_.node.add_block(one, test::k_late).ok());
   EXPECT_EQ(block(mine).state, NEB_COIN_BLOCK_ORPHANED);
   EXPECT_EQ(block(longer[0]).state, NEB_COIN_BLOCK_PENDING);
   EXPECT_EQ(block(longer[0]).reward, 0u) << "it paid somebody else";
   Answer answer;
   EXPECT_EQ(table().block(&table(), str("xyz"), 1, &Answer::on_block, &answer), NEB_E_INVALID);
}

TEST_F(CoinTest, only_what_is_mature_can_be_spent) {
   process_.mine(test::k_wallet, 1'000'000);
   EXPECT_EQ(balance(NEB_COIN_FUND_MAIN).spendable, 0u);
   EXPECT_EQ(balance(NEB_COIN_FUND_MAIN).immature, 43'835'000u);
   EXPECT_EQ(balance(NEB_COIN_FUND_BONUS).immature, 1'000'000u);
   process_.mine_many(test::k_depth);
   EXPECT_EQ(balance(NEB_COIN_FUND_MAIN).spendable, 43'835'000u);
   EXPECT_EQ(balance(NEB_COIN_FUND_MAIN).immature, 0u);
   EXPECT_EQ(balance(NEB_COIN_FUND_BONUS).spendable, 1'000'000u);
   Answer answer;
   EXPECT_EQ(table().balance(&table(), 2, &Answer::on_balance, &answer), NEB_E_NOT_FOUND);
}

TEST_F(CoinTest, pays_a_batch_once_whatever_is_asked) {
   earn();
   const auto first = pay("batch-1", 0, {{to(2), 1'000'000}, {to(3), 2'000'000}});
   ASSERT_EQ(first.status, NEB_OK) << first.error;
   EXPECT_EQ(first.answer.batch.state, NEB_COIN_BATCH_PENDING);
   EXPECT_EQ(first.answer.transactions.size(), 64u);
   EXPECT_GT(first.answer.batch.fee, 0u);
   EXPECT_EQ(balance(0).spendable, 43'835'000u - 3'000'000 - first.answer.batch.fee);
   const auto again = pay("batch-1", 0, {{to(2), 1'000'000}, {to(3), 2'000'000}});
   EXPECT_EQ(again.answer.transactions, first.answer.transactions);
   EXPECT_EQ(pay("batch-1", 0, {{to(2), 1'000'001}, {to(3), 2'000'000}}).status, NEB_E_CONFLICT);
   EXPECT_EQ(pay("batch-1", 1, {{to(2), 1'000'000}, {to(3), 2'000'000}}).status, NEB_E_CONFLICT);
   process_.mine_many(1);
   EXPECT_EQ(batch("batch-1").batch.confirmations, 1u);
   EXPECT_EQ(batch("batch-1").batch.state, NEB_COIN_BATCH_PENDING);
   process_.mine_many(test::k_depth);
   const Answer paid = batch("batch-1");
   EXPECT_EQ(paid.batch.state, NEB_COIN_BATCH_PAID);
   EXPECT_EQ(paid.batch.confirmations, test::k_depth + 1);
   EXPECT_EQ(paid.transactions, first.answer.transactions);
   EXPECT_EQ(process_.account(address(2)).balance, 1'000'000u);
   EXPECT_EQ(process_.account(address(3)).balance, 2'000'000u);
   EXPECT_EQ(pay("batch-1", 0, {{to(2), 1'000'000}, {to(3), 2'000'000}}).answer.batch.state, NEB_COIN_BATCH_PAID);
   EXPECT_EQ(batch("another").batch.state, NEB_COIN_BATCH_UNKNOWN);
}

TEST_F(CoinTest, the_bonus_fund_pays_with_its_own_money) {
   earn(2);
   const auto paid = pay("b", NEB_COIN_FUND_BONUS, {{to(2), 1'500'000}});
   ASSERT_EQ(paid.status, NEB_OK) << paid.error;
   process_.mine_many(1);
   EXPECT_EQ(process_.account(address(2)).balance, 1'500'000u);
   EXPECT_EQ(balance(NEB_COIN_FUND_BONUS).spendable, 500'000u - paid.answer.batch.fee);
   EXPECT_EQ(balance(NEB_COIN_FUND_MAIN).spendable, 2 * 43'835'000u);
}

TEST_F(CoinTest, the_largest_batch_is_sixteen_transfers_with_consecutive_nonces) {
   earn(100);
   std::vector<std::pair<std::string, Amount>> payments;
   for (std::uint32_t i = 0; i < NEB_COIN_PAYMENTS_MAX; ++i)
      payments.emplace_back(to(static_cast<std::uint8_t>(2 + i % 100)), 1'000 + i);
   const auto paid = pay("large", 0, payments);
   ASSERT_EQ(paid.status, NEB_OK) << paid.error;
   EXPECT_EQ(paid.answer.transactions.size(), 16 * 65u - 1);
   process_.mine_many(1);
   EXPECT_EQ(process_.account(address(test::k_wallet)).nonce, 16u);
   EXPECT_EQ(batch("large").batch.confirmations, 1u);
   payments.emplace_back(to(2), 1);
   EXPECT_EQ(pay("larger", 0, payments).status, NEB_E_INVALID);
}

TEST_F(CoinTest, a_batch_that_cannot_be_paid_fails_for_ever_and_takes_nothing) {
   earn();
   const auto poor = pay("poor", 0, {{to(2), 43'835'000}});
   ASSERT_EQ(poor.status, NEB_OK);
   EXPECT_EQ(poor.answer.batch.state, NEB_COIN_BATCH_FAILED);
   EXPECT_NE(poor.answer.text.find("43.835000 ZION to spend"), std::string::npos) << poor.answer.text;
   const auto bad = pay("bad", 0, {{to(2), 1}, {"ZION_0", 1}});
   EXPECT_EQ(bad.answer.batch.state, NEB_COIN_BATCH_FAILED);
   EXPECT_NE(bad.answer.text.find("payment 2"), std::string::npos) << bad.answer.text;
   EXPECT_EQ(balance(0).spendable, 43'835'000u);
   earn(5);
   EXPECT_EQ(pay("poor", 0, {{to(2), 43'835'000}}).answer.batch.state, NEB_COIN_BATCH_FAILED);
   EXPECT_EQ(batch("bad").batch.state, NEB_COIN_BATCH_FAILED);
   EXPECT_EQ(pay("huge", 0, {{to(2), ~0ull}, {to(2), ~0ull}}).answer.batch.state, NEB_COIN_BATCH_FAILED);
}

TEST_F(CoinTest, refuses_wrong_arguments_and_a_fund_without_a_key) {
   EXPECT_EQ(pay("", 0, {{to(2), 1}}).status, NEB_E_INVALID);
   EXPECT_EQ(pay(std::string(65, 'k'), 0, {{to(2), 1}}).status, NEB_E_INVALID);
   EXPECT_EQ(pay("k", 0, {}).status, NEB_E_INVALID);
   EXPECT_EQ(pay("k", 0, {{to(2), 0}}).status, NEB_E_INVALID);
   EXPECT_EQ(pay("k", 2, {{to(2), 1}}).status, NEB_E_INVALID);
   EXPECT_EQ(batch(std::string(65, 'k')).batch.state, NEB_COIN_BATCH_UNKNOWN);
   std::vector<Fund> without = test::funds();
   without[0].key.reset();
   without[0].remedy = "set payer.keystore";
   coin_.stop();
   test::Process keyless(store_, std::move(without));
   coin_.start(keyless.node, keyless.payouts);
   const auto refused = pay("k", 0, {{to(2), 1}});
   EXPECT_EQ(refused.status, NEB_E_STATE);
   EXPECT_EQ(refused.error, "set payer.keystore");
   EXPECT_EQ(batch("k").batch.state, NEB_COIN_BATCH_UNKNOWN);
}

} // namespace
} // namespace nebula::chain
