#pragma once

/// A network that becomes final after six blocks, a node on it whose memory can be lost, and miners beside it.

#include "support.h"

#include "core/tables.h"
#include "shell/payouts.h"

namespace nebula::chain::test {

inline constexpr unsigned k_depth = 6;
inline constexpr std::uint8_t k_wallet = 1; // the key that block rewards go to
inline constexpr std::uint64_t k_late = 4'000'000'000;

inline NetworkParams shallow_network() {
   NetworkParams out = easy_network();
   out.max_reorg_depth = k_depth;
   return out;
}

inline std::vector<Fund> funds() {
   std::vector<Fund> out;
   for (const auto &seed : {[] {
                               std::array<std::uint8_t, 32> bytes{};
                               bytes.fill(k_wallet);
                               return bytes;
                            }(),
                            *bonus_fund_seed(nebula_dev())}) {
      auto key = std::make_unique<SigningKey>(seed);
      const Address address = address_of(key->public_key());
      out.push_back({address, std::move(key), {}});
   }
   return out;
}

/// What a process has in memory; made anew after a crash, on the same store.
struct Process {
   explicit Process(Store &store, std::vector<Fund> all = funds())
      : node(*Chain::open(shallow_network(), store), hasher, signatures_valid_one_by_one, MempoolLimits{}),
        payouts(node, std::move(all), 1) {
      EXPECT_TRUE(payouts.open().ok());
   }

   /// A block on the tip, with the mempool and as much bonus as asked for.
   BlockPtr mine(std::uint8_t miner = k_wallet, Amount bonus = 0) {
      const auto base = make(miner, bonus);
      const BlockPtr block = find_proof(node.network(), base, miner);
      const auto added = node.add_block(block, k_late);
      EXPECT_TRUE(added.ok()) << added.error().text;
      return block;
   }
   void mine_many(unsigned count, std::uint8_t miner = 200) {
      for (unsigned i = 0; i < count; ++i) {
         mine(miner);
         EXPECT_TRUE(payouts.follow(k_late).ok());
      }
   }
   BlockTemplate make(std::uint8_t miner, Amount bonus = 0) {
      return *node.make_template(node.network().algorithms[0], address(miner), bonus, next_time());
   }
   Account account(const Address &of) { return node.account(of)->account; }

   CheapHasher hasher;
   chain::Node node;
   Payouts payouts;

private:
   /// Blocks at their spacing, so that the difficulty stays.
   std::uint64_t next_time() {
      const auto view = *node.store().read();
      return need_tip(*view)->time_s + node.network().spacing_s(node.network().algorithms[0]);
   }
};

} // namespace nebula::chain::test
