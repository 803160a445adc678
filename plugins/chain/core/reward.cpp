#include "reward.h"

#include <algorithm>

namespace nebula::chain {

RewardSplit split_reward(Amount base) {
   // base / 10000 parts and a remainder, so that no product passes 64 bits whatever the base is.
   const auto part = [base](Amount per_myriad) {
      return base / 10'000 * per_myriad + base % 10'000 * per_myriad / 10'000;
   };
   RewardSplit out;
   out.humanitarian = part(1'000);
   out.dev = part(100);
   out.genesis = part(33);
   out.admin = part(100);
   out.miner = base - out.humanitarian - out.dev - out.genesis - out.admin;
   return out;
}

Amount base_reward(const NetworkParams &network, Amount supply) {
   return std::min(network.base_reward, k_max_supply - std::min(supply, k_max_supply));
}

Amount max_bonus(const NetworkParams &network, Amount released, Amount supply) {
   const Amount fund = network.bonus_fund - std::min(released, network.bonus_fund);
   const Amount room = k_max_supply - std::min(supply, k_max_supply);
   return std::min({network.bonus_per_block, fund, room});
}

std::vector<Output> coinbase_outputs(const NetworkParams &network, const Address &miner, Amount base, Amount fees,
                                     Amount bonus) {
   const RewardSplit split = split_reward(base);
   const Recipients &to = network.recipients;
   const Output all[] = {
      {to.humanitarian, split.humanitarian}, {to.dev, split.dev},
      {to.genesis, split.genesis},           {to.admin, split.admin},
      {miner, split.miner + fees},           {to.bonus_fund, bonus},
   };
   std::vector<Output> out;
   for (const Output &one : all) {
      if (one.amount != 0)
         out.push_back(one);
   }
   return out;
}

} // namespace nebula::chain
