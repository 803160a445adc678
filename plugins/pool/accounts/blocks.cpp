#include "accounts.h"

#include "split.h"
#include "update.h"

#include <algorithm>

namespace nebula::pool::accounts {
namespace {

[[nodiscard]] bool is_open(BlockState state) {
   return state != BlockState::mature && state != BlockState::lost;
}

} // namespace

Weights Accounts::weights_of(const ShareEntry &share) const {
   const Worker &finder = workers_[share.worker].row;
   Weights out;
   switch (rules_.scheme) {
   case Scheme::pplns:
      out = algorithms_[finder.algorithm].window.newest(u128{share.network_difficulty} * rules_.window);
      break;
   case Scheme::prop:
      for (std::size_t i = 0; i < wallets_.size(); ++i)
         for (const auto &[algorithm, work] : wallets_[i].row.round)
            if (algorithm == finder.algorithm && work > 0)
               out.emplace(static_cast<std::uint32_t>(i), work);
      break;
   case Scheme::solo:
      break;
   }
   if (out.empty())
      out.emplace(finder.wallet, 1);
   return out;
}

void Accounts::set_money(Split &split, Block &block, std::uint32_t fee_wallet) const {
   std::erase_if(split.parts, [](const Split::Part &part) { return part.weight == 0; }); // an earlier fee
   const Amount fee = part_of(block.reward, rules_.fee_ppm);
   std::vector<std::uint64_t> weights;
   std::vector<std::uint32_t> percents;
   for (const Split::Part &part : split.parts) {
      weights.push_back(part.weight);
      percents.push_back(part.percent);
   }
   const std::vector<Amount> main = accounts::split(block.reward - fee, weights);
   const std::vector<Amount> bonus = bonuses(main, percents, rules_.bonus ? block.bonus : 0);
   block.bonus_paid = 0;
   for (std::size_t i = 0; i < split.parts.size(); ++i) {
      split.parts[i].money = {main[i], bonus[i]};
      block.bonus_paid += bonus[i];
   }
   if (fee > 0)
      split.parts.push_back({fee_wallet, 0, 100, {fee, 0}});
}

void Accounts::show_immature(const Split &split, bool add) {
   for (const Split::Part &part : split.parts) {
      Money &immature = wallets_[part.wallet].immature;
      add ? immature += part.money : immature -= part.money;
   }
}

void Accounts::found(std::uint64_t number, std::string_view id, std::uint64_t height) {
   reopen_if_broken();
   const auto block = blocks_.find(number);
   if (block == blocks_.end() || block->second.state != BlockState::candidate)
      return;
   if (Block *known = nameless_at(height)) {
      // An earlier candidate was taken for this block already: it is credited once, and has its id from now on.
      refused(number);
      Update update(*this);
      known->id = id;
      update.put(*known);
      update.commit();
      return;
   }
   Update update(*this);
   block->second.id = id;
   block->second.height = height;
   settle(update, block->second, BlockState::found);
   update.commit();
   open_blocks_[number].next_ask_s = 0;
}

void Accounts::refused(std::uint64_t number) {
   reopen_if_broken();
   const auto block = blocks_.find(number);
   if (block == blocks_.end() || block->second.state != BlockState::candidate)
      return;
   Update update(*this);
   update.erase_block(number);
   --block_counts_[static_cast<std::size_t>(BlockState::candidate)];
   open_blocks_.erase(number);
   blocks_.erase(block);
   update.commit();
}

/// Whether a candidate of which only the height is known may be the block at that height. Another block of the pool may
/// be it too, until that one is mature or lost; so may another candidate whose answer is still to come.
Accounts::Place Accounts::place_of(const Block &candidate, std::uint64_t now_s) const {
   Place out = Place::free;
   for (const auto &[number, other] : blocks_) {
      if (number == candidate.number || other.height != candidate.height || other.state == BlockState::lost)
         continue;
      if (other.state == BlockState::mature)
         return Place::taken;
      if (other.state != BlockState::candidate || open_blocks_.at(number).next_ask_s > now_s + rules_.poll_s)
         out = Place::undecided;
   }
   return out;
}

/// The block that was found by its height alone, when there is one.
Block *Accounts::nameless_at(std::uint64_t height) {
   for (auto &[number, block] : blocks_)
      if (block.height == height && block.id.empty() && block.state != BlockState::candidate &&
          block.state != BlockState::lost)
         return &block;
   return nullptr;
}

/// The block in another state, with what follows from that.
void Accounts::settle(Update &update, Block &block, BlockState state) {
   OpenBlock &open = open_blocks_.at(block.number);
   const BlockState before = block.state;
   if (before == BlockState::pending)
      show_immature(open.split, false);
   --block_counts_[static_cast<std::size_t>(before)];
   ++block_counts_[static_cast<std::size_t>(state)];
   block.state = state;
   changes_.blocks.push_back(block.number);
   if (state == BlockState::lost)
      block.folded = true;
   update.put(block);
   if (before == BlockState::candidate)
      update.event({Event::Kind::found, block.number, {}});
   if (state == BlockState::mature)
      update.event({Event::Kind::credited, block.number, {}});
   if (state == BlockState::lost) {
      update.event({Event::Kind::lost, block.number, {}});
      droppable_splits_.push_back({block.number, last_});
   }
   if (state == BlockState::pending)
      show_immature(open.split, true);
   if (state == BlockState::mature)
      unfolded_.push_back(block.number);
   if (!is_open(state))
      open_blocks_.erase(block.number);
}

void Accounts::said(std::uint64_t number, const BlockSaid &answer, std::uint64_t now_s) {
   reopen_if_broken();
   const auto open = open_blocks_.find(number);
   if (open == open_blocks_.end() || !coin_)
      return;
   Block &block = blocks_.at(number);
   open->second.confirmations = answer.confirmations;
   open->second.next_ask_s = now_s + rules_.poll_s;
   const bool deep = tip_ > block.height + coin_->maturity;
   // Of a height it is answered what is there: what pays somebody else has the place of this pool's block.
   const bool displaced = block.id.empty() && answer.reward == 0 && answer.state != BlockSaid::State::unknown;
   const bool orphaned = answer.state == BlockSaid::State::orphaned || displaced;
   if (answer.state == BlockSaid::State::unknown || orphaned) {
      if (block.state == BlockState::candidate) {
         if (deep)
            refused(number);
         return;
      }
      const BlockState state = deep ? BlockState::lost : orphaned ? BlockState::orphaned : block.state;
      if (state == block.state)
         return;
      Update update(*this);
      settle(update, block, state);
      update.commit();
      return;
   }
   const bool mature = answer.state == BlockSaid::State::mature;
   if (block.state == BlockState::candidate) {
      const Place place = place_of(block, now_s);
      if (place == Place::taken)
         refused(number);
      if (place != Place::free)
         return;
   }
   if (answer.reward == 0 && !mature)
      return; // in the chain, and its reward not known yet
   const bool changed = block.reward != answer.reward || block.bonus != answer.bonus;
   const BlockState state = mature ? BlockState::mature : BlockState::pending;
   if (state == block.state && !changed)
      return;
   Update update(*this);
   const bool promoted = block.state == BlockState::candidate;
   if (promoted)
      settle(update, block, BlockState::found);
   if (changed || block.state == BlockState::found) {
      if (block.state == BlockState::pending) {
         settle(update, block, BlockState::found); // what it showed is void
      }
      block.reward = answer.reward;
      block.bonus = answer.bonus;
      set_money(open->second.split, block, rules_.fee_ppm == 0 ? 0 : wallet(rules_.fee_address));
      update.put(number, open->second.split);
   }
   settle(update, block, state);
   update.commit();
}

std::vector<CoinCall> Accounts::calls(std::uint64_t now_s) {
   reopen_if_broken();
   std::vector<CoinCall> out;
   if (!coin_)
      return out;
   constexpr std::size_t k_blocks_at_a_time = 256;
   for (auto &[number, open] : open_blocks_) {
      if (open.next_ask_s > now_s || out.size() >= k_blocks_at_a_time)
         continue;
      const Block &block = blocks_.at(number);
      open.next_ask_s = now_s + rules_.poll_s;
      out.push_back({CoinCall::Kind::block, number, block.id, block.height, Fund::main, {}});
   }
   for (auto &[number, open] : open_batches_) {
      if (open.next_ask_s > now_s)
         continue;
      open.next_ask_s = now_s + rules_.poll_s;
      const Batch &batch = batches_.at(number);
      CoinCall call{batch.state == BatchState::created ? CoinCall::Kind::pay : CoinCall::Kind::batch,
                    number,
                    identity_ + "-" + std::to_string(number),
                    0,
                    batch.fund,
                    {}};
      if (call.kind == CoinCall::Kind::pay)
         for (const auto &[wallet, amount] : open.payments.to)
            call.payments.emplace_back(wallets_[wallet].row.name, amount);
      out.push_back(std::move(call));
   }
   for (std::size_t fund = 0; fund < std::min<std::size_t>(coin_->funds, 2); ++fund) {
      if (next_balance_s_[fund] > now_s)
         continue;
      next_balance_s_[fund] = now_s + rules_.poll_s * 4;
      out.push_back({CoinCall::Kind::balance, 0, {}, 0, static_cast<Fund>(fund), {}});
   }
   return out;
}

} // namespace nebula::pool::accounts
