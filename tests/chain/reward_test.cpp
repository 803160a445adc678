#include "core/reward.h"

#include "core/networks.h"

#include <gtest/gtest.h>
#include <random>

namespace nebula::chain {
namespace {

Amount sum(const RewardSplit &split) {
   return split.humanitarian + split.dev + split.genesis + split.admin + split.miner;
}

TEST(Reward, of_fifty_zion_is_split_as_published) {
   const RewardSplit split = split_reward(50 * k_units_per_zion);
   EXPECT_EQ(split.humanitarian, 5'000'000u);
   EXPECT_EQ(split.dev, 500'000u);
   EXPECT_EQ(split.genesis, 165'000u);
   EXPECT_EQ(split.admin, 500'000u);
   EXPECT_EQ(split.miner, 43'835'000u);
}

TEST(Reward, parts_sum_to_the_reward_and_rounding_favours_the_miner_by_less_than_four_units) {
   std::mt19937_64 random(5);
   for (int i = 0; i < 100'000; ++i) {
      const Amount base = i < 20'000 ? static_cast<Amount>(i) : random() % (k_max_supply + 1);
      const RewardSplit split = split_reward(base);
      ASSERT_EQ(sum(split), base);
      const Amount exact = base / 10'000 * 8'767 + base % 10'000 * 8'767 / 10'000;
      ASSERT_LE(split.miner - exact, 4u) << base;
   }
}

TEST(Reward, stops_at_the_maximum_supply) {
   const NetworkParams network = nebula_main();
   EXPECT_EQ(base_reward(network, 0), 50'000'000u);
   EXPECT_EQ(base_reward(network, k_max_supply - 3), 3u);
   EXPECT_EQ(base_reward(network, k_max_supply), 0u);
}

TEST(Reward, bonus_never_passes_the_block_the_fund_or_the_supply) {
   const NetworkParams network = nebula_main();
   EXPECT_EQ(max_bonus(network, 0, 0), 190'258'751u);
   EXPECT_EQ(max_bonus(network, network.bonus_fund - 7, 0), 7u);
   EXPECT_EQ(max_bonus(network, network.bonus_fund, 0), 0u);
   EXPECT_EQ(max_bonus(network, 0, k_max_supply - 9), 9u);
   EXPECT_LE(network.bonus_per_block * 262'800 * 10, network.bonus_fund);
}

TEST(Reward, outputs_leave_out_what_is_zero) {
   const NetworkParams network = nebula_dev();
   EXPECT_TRUE(coinbase_outputs(network, {}, 0, 0, 0).empty());
   EXPECT_EQ(coinbase_outputs(network, {1}, 0, 5, 0), (std::vector<Output>{{{1}, 5}}));
   EXPECT_EQ(coinbase_outputs(network, {1}, 50'000'000, 0, 1).size(), 6u);
}

} // namespace
} // namespace nebula::chain
