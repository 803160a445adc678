#include "support.h"

#include "core/mempool.h"

#include <random>

namespace nebula::chain {
namespace {

using test::address;
using test::transfer;

constexpr std::uint32_t k_chain = 2;

/// Accounts a test sets directly.
class FakeAccounts final : public AccountSource {
public:
   Result<Account> account(const Address &address) const override {
      const auto found = all.find(address);
      return found == all.end() ? Account{} : found->second;
   }
   std::map<Address, Account> all;
};

class MempoolTest : public ::testing::Test {
protected:
   MempoolTest() {
      for (std::uint8_t n = 1; n < 30; ++n)
         accounts.all[address(n)] = {1'000'000, 0};
   }
   Result<void> add(std::uint8_t from, std::uint64_t nonce, Amount fee = 1'000, Amount amount = 10) {
      return pool.add(transfer(k_chain, from, nonce, {{address(99), amount}}, fee), accounts, now);
   }
   FakeAccounts accounts;
   std::uint64_t now = 1'000;
   Mempool pool{MempoolLimits{}};
};

TEST_F(MempoolTest, takes_consecutive_nonces_and_refuses_gaps_and_used_ones) {
   EXPECT_TRUE(add(1, 0).ok());
   EXPECT_TRUE(add(1, 1).ok());
   EXPECT_EQ(add(1, 3).error().fault, Fault::invalid);
   accounts.all[address(2)].nonce = 5;
   EXPECT_EQ(add(2, 4).error().fault, Fault::too_late);
   EXPECT_TRUE(add(2, 5).ok());
   EXPECT_EQ(pool.next_nonce(address(1), 0), 2u);
   EXPECT_EQ(pool.next_nonce(address(9), 7), 7u);
}

TEST_F(MempoolTest, refuses_what_the_balance_does_not_cover_together) {
   EXPECT_TRUE(add(1, 0, 1'000, 600'000).ok());
   EXPECT_FALSE(add(1, 1, 1'000, 600'000).ok());
   EXPECT_TRUE(add(1, 1, 1'000, 300'000).ok());
}

TEST_F(MempoolTest, refuses_low_fees_and_says_what_it_takes) {
   const auto refused = add(1, 0, 100);
   ASSERT_FALSE(refused.ok());
   EXPECT_NE(refused.error().text.find("at least 149"), std::string::npos) << refused.error().text;
}

TEST_F(MempoolTest, replaces_a_transfer_that_pays_a_tenth_more) {
   EXPECT_TRUE(add(1, 0, 1'000).ok());
   EXPECT_EQ(add(1, 0, 1'000).error().fault, Fault::duplicate);
   EXPECT_FALSE(add(1, 0, 1'099).ok());
   EXPECT_TRUE(add(1, 0, 1'100).ok());
   EXPECT_EQ(pool.count(), 1u);
}

TEST_F(MempoolTest, holds_sixty_four_per_sender) {
   for (std::uint64_t nonce = 0; nonce < 64; ++nonce)
      EXPECT_TRUE(add(1, nonce).ok());
   EXPECT_EQ(add(1, 64).error().fault, Fault::full);
}

TEST_F(MempoolTest, selects_by_fee_per_byte_and_keeps_each_senders_order) {
   EXPECT_TRUE(add(1, 0, 500).ok());
   EXPECT_TRUE(add(1, 1, 90'000).ok());
   EXPECT_TRUE(add(2, 0, 800).ok());
   EXPECT_TRUE(add(3, 0, 300).ok());
   std::vector<Amount> fees;
   for (const TransactionPtr &one : pool.select(1'000'000))
      fees.push_back(one->transfer()->fee);
   EXPECT_EQ(fees, (std::vector<Amount>{800, 500, 90'000, 300}));
   EXPECT_EQ(pool.select(160).size(), 1u);
}

TEST_F(MempoolTest, when_full_evicts_the_cheapest_last_transfer_of_a_sender) {
   MempoolLimits limits;
   limits.max_bytes = 149 * 3;
   pool = Mempool(limits);
   EXPECT_TRUE(add(1, 0, 1'000).ok());
   EXPECT_TRUE(add(1, 1, 400).ok());
   EXPECT_TRUE(add(2, 0, 500).ok());
   EXPECT_EQ(add(3, 0, 400).error().fault, Fault::full);
   EXPECT_TRUE(add(3, 0, 450).ok());
   EXPECT_EQ(pool.count(), 3u);
   EXPECT_EQ(pool.next_nonce(address(1), 0), 1u);
}

TEST_F(MempoolTest, forgets_what_was_mined_and_what_can_no_longer_apply) {
   for (std::uint64_t nonce = 0; nonce < 4; ++nonce)
      EXPECT_TRUE(add(1, nonce, 1'000, 10'000).ok());
   accounts.all[address(1)] = {11'500, 2};
   EXPECT_TRUE(pool.refresh({address(1)}, accounts).ok());
   EXPECT_EQ(pool.count(), 1u);
   accounts.all[address(1)] = {11'500, 0};
   EXPECT_TRUE(pool.refresh({address(1)}, accounts).ok());
   EXPECT_EQ(pool.count(), 0u);
   EXPECT_EQ(pool.bytes(), 0u);
}

TEST_F(MempoolTest, forgets_after_a_day_and_what_builds_on_it) {
   EXPECT_TRUE(add(1, 0).ok());
   now += 3'600;
   EXPECT_TRUE(add(1, 1).ok());
   EXPECT_TRUE(add(2, 0).ok());
   EXPECT_EQ(pool.expire(1'000 + 24 * 3'600), 2u);
   EXPECT_EQ(pool.count(), 1u);
}

TEST_F(MempoolTest, counts_stay_right_under_random_use) {
   const std::uint64_t seed = std::random_device{}();
   SCOPED_TRACE(seed);
   std::mt19937_64 random(seed);
   MempoolLimits limits;
   limits.max_bytes = 149 * 40;
   pool = Mempool(limits);
   for (int i = 0; i < 3'000; ++i) {
      const auto sender = static_cast<std::uint8_t>(1 + random() % 20);
      Account &account = accounts.all[address(sender)];
      if (random() % 10 == 0) {
         account.nonce = random() % 3 == 0 ? account.nonce + random() % 3 : account.nonce;
         account.balance = random() % 100'000;
         ASSERT_TRUE(pool.refresh({address(sender)}, accounts).ok());
      } else {
         (void)add(sender, account.nonce + random() % 4, 200 + random() % 5'000, 1 + random() % 3'000).ok();
      }
      std::size_t bytes = 0;
      std::map<Address, std::uint64_t> next;
      for (const TransactionPtr &one : pool.select(limits.max_bytes * 2)) {
         bytes += one->raw.size();
         const auto expected = next.try_emplace(one->sender, accounts.all[one->sender].nonce).first;
         ASSERT_EQ(one->transfer()->nonce, expected->second++);
      }
      ASSERT_EQ(bytes, pool.bytes());
      ASSERT_LE(pool.bytes(), limits.max_bytes);
   }
}

} // namespace
} // namespace nebula::chain
