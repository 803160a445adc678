#pragma once

/// A coin as a test double: a chain of heights that some blocks of the pool have, with reorganisations on demand, and
/// funds that pay batches by their keys. It survives the pool's crashes.

#include "accounts/accounts.h"

#include <map>
#include <random>

namespace nebula::pool::accounts::test {

class ScriptedCoin {
public:
   static constexpr std::uint32_t k_maturity = 5;

   struct ChainBlock {
      std::string id; ///< empty: somebody else's
      Amount reward = 0, bonus = 0;
   };
   struct KnownBatch {
      Fund fund = Fund::main;
      std::vector<std::pair<std::string, Amount>> payments;
      BatchSaid::State state = BatchSaid::State::pending;
      std::uint64_t height = 0;
      std::string text;
   };

   explicit ScriptedCoin(std::uint64_t seed) : random_(seed) {}

   [[nodiscard]] std::uint64_t tip() const { return chain_.empty() ? 0 : chain_.rbegin()->first; }
   void grow(ChainBlock block) {
      const std::uint64_t height = tip() + 1;
      if (height > k_maturity) // what is mature now stays
         if (const auto &old = chain_[height - k_maturity]; !old.id.empty()) {
            received_ += Money{old.reward, old.bonus};
            funds_ += Money{old.reward, old.bonus};
         }
      chain_[height] = std::move(block);
      for (auto &[key, batch] : batches_) {
         if (batch.state != BatchSaid::State::pending || height < batch.height + k_maturity)
            continue;
         batch.state = BatchSaid::State::paid;
      }
   }
   /// The newest `depth` heights change places with a branch of somebody else's, or back. Less than the maturity.
   void reorganise(std::uint64_t depth) {
      for (std::uint64_t height = tip() + 1 - std::min(depth, tip()); height <= tip(); ++height)
         std::swap(chain_[height], branch_[height]);
   }

   [[nodiscard]] BlockSaid block(const std::string &id, std::uint64_t height) const {
      BlockSaid out;
      const auto at = chain_.find(height);
      if (at == chain_.end())
         return out;
      const bool same = id.empty() || at->second.id == id;
      if (!same) {
         out.state = BlockSaid::State::orphaned;
         return out;
      }
      out.confirmations = tip() - height + 1;
      out.state = tip() >= height + k_maturity ? BlockSaid::State::mature : BlockSaid::State::pending;
      out.reward = at->second.reward;
      out.bonus = at->second.bonus;
      return out;
   }

   /// Nothing: it could not be found out.
   [[nodiscard]] std::optional<BatchSaid> pay(const CoinCall &call) {
      if (const auto known = batches_.find(call.text); known != batches_.end()) {
         if (known->second.fund != call.fund || known->second.payments != call.payments)
            conflicts_.push_back(call.text);
         return said(known->second);
      }
      KnownBatch batch{call.fund, call.payments, BatchSaid::State::pending, tip() + 1, {}};
      Amount sum = 0;
      for (const auto &[wallet, amount] : call.payments)
         sum += amount;
      Amount &fund = call.fund == Fund::main ? funds_.main : funds_.bonus;
      if (sum > fund || random_() % 8 == 0) {
         batch.state = BatchSaid::State::failed;
         batch.text = "the fund is too low";
      } else {
         fund -= sum;
         for (const auto &[wallet, amount] : call.payments) {
            Money &paid = paid_[wallet];
            (call.fund == Fund::main ? paid.main : paid.bonus) += amount;
         }
      }
      return said(batches_.emplace(call.text, std::move(batch)).first->second);
   }
   [[nodiscard]] BatchSaid batch(const std::string &key) const {
      const auto known = batches_.find(key);
      return known == batches_.end() ? BatchSaid{} : said(known->second);
   }
   [[nodiscard]] Amount spendable(Fund fund) const { return fund == Fund::main ? funds_.main : funds_.bonus; }

   /// What really moved.
   [[nodiscard]] const std::map<std::string, Money> &paid() const { return paid_; }
   [[nodiscard]] const Money &received() const { return received_; }
   [[nodiscard]] const Money &funds() const { return funds_; }
   [[nodiscard]] const std::vector<std::string> &conflicts() const { return conflicts_; }

private:
   static BatchSaid said(const KnownBatch &batch) {
      return {batch.state, 0, 1, batch.state == BatchSaid::State::failed ? "" : "aa", batch.text};
   }

   std::mt19937_64 random_;
   std::map<std::uint64_t, ChainBlock> chain_;
   std::map<std::uint64_t, ChainBlock> branch_;
   std::map<std::string, KnownBatch> batches_;
   std::map<std::string, Money> paid_;
   Money received_, funds_;
   std::vector<std::string> conflicts_;
};

} // namespace nebula::pool::accounts::test
