#include "accounts.h"

#include "withholding.h"

#include <algorithm>

namespace nebula::pool::accounts {
namespace {

constexpr std::uint64_t k_ppt_per_ppm = 1'000'000;

std::uint64_t percent(std::uint64_t part, std::uint64_t whole) {
   return whole == 0 ? 0 : static_cast<std::uint64_t>(u128{part} * 100 / whole);
}

/// Those with numbers below `before`, newest first: from memory, then from the store.
template <class Row, class Each>
void newest_first(const std::map<std::uint64_t, Row> &recent, Store &store, Table table, std::uint64_t before,
                  const Each &each) {
   std::uint64_t below = before == 0 ? ~std::uint64_t{0} : before;
   for (auto one = recent.lower_bound(below); one != recent.begin();) {
      --one;
      below = one->first;
      if (!each(one->second))
         return;
      // Between open ones older than the recent ones there may be some that are in the store only.
      if (one == recent.begin() || std::prev(one)->first + 1 != one->first)
         break;
   }
   store.read()->range(table, key_of(below), true, [&](ByteView, ByteView value) { return each(decode<Row>(value)); });
}

} // namespace

TotalsView Accounts::totals() const {
   TotalsView out;
   if (coin_) {
      out.coin = coin_->name;
      out.symbol = coin_->symbol;
      out.decimals = coin_->decimals;
   }
   out.scheme = rules_.scheme;
   out.window = rules_.window;
   out.fee_ppm = rules_.fee_ppm;
   out.threshold = rules_.threshold;
   for (const WalletState &one : wallets_) {
      out.miners += one.row.shares.accepted > 0;
      out.shares.accepted += one.row.shares.accepted;
      out.shares.stale += one.row.shares.stale;
      out.shares.duplicate += one.row.shares.duplicate;
      out.shares.low += one.row.shares.low;
      out.shares.invalid += one.row.shares.invalid;
      out.immature += one.immature;
      out.balance += one.row.balance;
      out.paying += one.row.paying;
      out.paid += one.row.paid;
      out.credited += one.row.credited;
   }
   const auto count = [&](BlockState state) { return block_counts_[static_cast<std::size_t>(state)]; };
   out.blocks_pending = count(BlockState::found) + count(BlockState::pending);
   out.blocks_mature = count(BlockState::mature);
   out.blocks_orphaned = count(BlockState::orphaned) + count(BlockState::lost);
   out.blocks_found = out.blocks_pending + out.blocks_mature + out.blocks_orphaned;
   out.network_fees = network_fees_;
   out.spendable = {spendable_[0], spendable_[1]};
   out.unfunded = {unfunded_[0], unfunded_[1]};
   for (const AlgorithmState &one : algorithms_) {
      const u128 window = std::min(u128{one.row.network_difficulty} * rules_.window, one.window.total());
      out.rounds.push_back({one.row.name, one.row.work, one.row.network_difficulty,
                            rules_.scheme == Scheme::pplns ? static_cast<std::uint64_t>(window) : one.row.work,
                            one.row.blocks, one.row.expected_ppt / k_ppt_per_ppm});
   }
   return out;
}

std::optional<MinerView> Accounts::miner(std::string_view wallet) const {
   const auto found = wallet_numbers_.find(std::string(wallet));
   if (found == wallet_numbers_.end() || found->second == 0)
      return std::nullopt;
   const WalletState &state = wallets_[found->second];
   const Wallet &row = state.row;
   MinerView out;
   out.wallet = row.name;
   if (row.last_algorithm < algorithms_.size())
      out.algorithm = algorithms_[row.last_algorithm].row.name;
   out.shares = row.shares;
   out.work = row.work;
   out.first_share_s = row.first_s;
   out.last_share_s = row.last_s;
   out.last_difficulty = row.last_difficulty;
   out.blocks = row.blocks;
   out.immature = state.immature;
   out.balance = row.balance;
   out.paying = row.paying;
   out.paid = row.paid;
   out.credited = row.credited;
   out.xp = row.milli_xp / 1'000;
   out.level = level_of(rules_.levels, out.xp);
   for (std::size_t i = 0; i < std::size(k_achievements); ++i)
      if ((row.achievements >> i & 1) != 0)
         out.achievements.emplace_back(k_achievements[i].name);
   out.threshold = threshold_of(row);
   out.unpayable = state.unpayable;
   for (const std::uint32_t number : state.workers) {
      const Worker &one = workers_[number].row;
      const std::uint64_t expected = one.expected_ppt / k_ppt_per_ppm;
      out.workers.push_back({one.name, algorithms_[one.algorithm].row.name, one.shares, one.work, one.last_s,
                             one.blocks, expected, lower_tail(one.blocks, expected)});
   }
   const std::size_t kept = state.history.size();
   for (std::size_t i = 0; i < kept; ++i) {
      const Recent &one = state.history[(state.history_next + kept - 1 - i) % kept];
      out.history.push_back({one.time_s, one.accepted, one.difficulty, algorithms_[one.algorithm].row.name});
   }
   return out;
}

std::vector<BlockView> Accounts::blocks(std::uint64_t before, std::size_t most) const {
   std::vector<BlockView> out;
   newest_first(blocks_, store_, Table::blocks, before, [&](const Block &block) {
      if (out.size() >= most)
         return false;
      BlockView view;
      view.number = block.number;
      view.state = block.state;
      view.id = block.id;
      view.algorithm = algorithms_[block.algorithm].row.name;
      view.wallet = wallets_[workers_[block.worker].row.wallet].row.name;
      view.worker = workers_[block.worker].row.name;
      view.height = block.height;
      view.time_s = block.time_s;
      if (const auto open = open_blocks_.find(block.number); open != open_blocks_.end())
         view.confirmations = open->second.confirmations;
      view.network_difficulty = block.network_difficulty;
      view.reward = block.reward;
      view.bonus = block.bonus;
      view.bonus_paid = block.bonus_paid;
      view.effort_percent = percent(block.round_work, block.network_difficulty);
      view.wallets = block.wallets;
      out.push_back(std::move(view));
      return true;
   });
   return out;
}

std::vector<BatchView> Accounts::batches(std::uint64_t before, std::size_t most) const {
   std::vector<BatchView> out;
   newest_first(batches_, store_, Table::batches, before, [&](const Batch &batch) {
      if (out.size() >= most)
         return false;
      const auto open = open_batches_.find(batch.number);
      out.push_back({batch.number, identity_ + "-" + std::to_string(batch.number), batch.fund, batch.state,
                     batch.created_s, batch.changed_s, batch.payments, batch.amount, batch.fee,
                     open == open_batches_.end() ? 0 : open->second.confirmations, batch.transactions, batch.text});
      return true;
   });
   return out;
}

std::vector<PaymentView> Accounts::payments(std::string_view wallet, std::uint64_t before, std::size_t most) const {
   std::vector<PaymentView> out;
   const auto found = wallet_numbers_.find(std::string(wallet));
   if (!wallet.empty() && found == wallet_numbers_.end())
      return out;
   // Of one wallet, as many batches as make a page and no more: who looks for older ones goes on from the last one.
   constexpr std::size_t k_batches_searched = 1'000;
   std::size_t searched = 0;
   newest_first(batches_, store_, Table::batches, before, [&](const Batch &batch) {
      if (out.size() >= most || searched++ >= k_batches_searched)
         return false;
      const auto bytes = store_.read()->get(Table::payments, key_of(batch.number));
      if (!bytes)
         return true;
      for (const auto &[to, amount] : decode<Payments>(*bytes).to)
         if ((wallet.empty() || to == found->second) && to < wallets_.size())
            out.push_back({batch.number, wallets_[to].row.name, batch.fund, amount, batch.state, batch.created_s,
                           batch.transactions});
      return true;
   });
   return out;
}

std::vector<LeaderView> Accounts::leaderboard(std::size_t most) const {
   std::vector<std::uint32_t> order;
   for (std::uint32_t i = 1; i < wallets_.size(); ++i)
      if (wallets_[i].row.shares.accepted > 0)
         order.push_back(i);
   const std::size_t shown = std::min(most, order.size());
   std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(shown), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) {
                        const std::uint64_t x = wallets_[a].row.milli_xp, y = wallets_[b].row.milli_xp;
                        return x != y ? x > y : a < b;
                     });
   std::vector<LeaderView> out;
   for (std::size_t i = 0; i < shown; ++i) {
      const Wallet &row = wallets_[order[i]].row;
      const std::uint64_t xp = row.milli_xp / 1'000;
      out.push_back({row.name, xp, level_of(rules_.levels, xp), row.shares.accepted, row.blocks});
   }
   return out;
}

std::vector<SuspectView> Accounts::suspects(std::size_t most) const {
   std::vector<SuspectView> out;
   for (const WorkerState &state : workers_) {
      const Worker &row = state.row;
      const std::uint64_t expected = row.expected_ppt / k_ppt_per_ppm;
      if (row.blocks * 1'000'000 >= expected)
         continue;
      out.push_back({wallets_[row.wallet].row.name, row.name, algorithms_[row.algorithm].row.name, row.blocks, expected,
                     lower_tail(row.blocks, expected)});
   }
   const std::size_t shown = std::min(most, out.size());
   std::partial_sort(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(shown), out.end(),
                     [](const SuspectView &a, const SuspectView &b) { return a.probability < b.probability; });
   out.resize(shown);
   return out;
}

} // namespace nebula::pool::accounts
