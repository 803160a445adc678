#pragma once

/// A small economy on several forks: what the chain's simulations replay.

#include "chain/support.h"

#include <random>

namespace nebula::chain::test {

using Random = std::mt19937_64;

inline constexpr std::uint8_t k_people = 5;

/// Up to three transfers between the people, each valid on the node's tip.
inline std::vector<TransactionPtr> random_transfers(Node &node, Random &random) {
   std::vector<TransactionPtr> out;
   for (std::uint8_t from = 1; from <= k_people && out.size() < 3; ++from) {
      const Account account = node.account(from);
      if (account.balance < 10'000 || random() % 2 == 0)
         continue;
      const auto to = static_cast<std::uint8_t>(1 + random() % (k_people + 20));
      out.push_back(transfer(node.network().chain_id, from, account.nonce, {{address(to), 1 + random() % 5'000}}));
   }
   return out;
}

/// Mines one block with random transfers, miner and algorithm.
inline BlockPtr mine_random(Node &node, Random &random) {
   node.now += random() % 20;
   const auto miner = static_cast<std::uint8_t>(1 + random() % k_people);
   return node.mine(random_transfers(node, random), miner, random() % 2);
}

/// The state root that the block itself claims.
inline Hash claimed_root(const BlockPtr &block) {
   return block->header.state_root;
}

inline Hash id_of(const BlockPtr &block) {
   return block_id(block->header, block->proof);
}

/// Far ahead of every block, so that no time is refused.
inline constexpr std::uint64_t k_late = 4'000'000'000;

} // namespace nebula::chain::test
