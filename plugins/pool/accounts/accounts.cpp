#include "accounts.h"

#include "update.h"

#include <algorithm>

namespace nebula::pool::accounts {
namespace {

/// Groups of shares from one transaction to the next. At the usual interval that is half a second, and what a
/// start has to bring into the store is as little.
constexpr std::size_t k_logged_max = 256;

} // namespace

Accounts::Accounts(Rules rules, Store &store) : rules_(std::move(rules)), store_(store) {}

void Accounts::open(std::string_view identity) {
   wanted_identity_ = identity;
   broken_ = true;
   reopen_if_broken();
}

void Accounts::reopen_if_broken() {
   if (!broken_)
      return;
   load();
   ++generation_;
   broken_ = false;
   flush(); // what an append left that failed may be in the system's memory only
}

Sequence Accounts::sequence() {
   reopen_if_broken();
   return last_;
}

std::uint8_t Accounts::algorithm(std::string_view name) {
   const auto found =
      std::ranges::find_if(algorithms_, [&](const AlgorithmState &one) { return one.row.name == name; });
   const auto number = static_cast<std::size_t>(found - algorithms_.begin());
   if (found == algorithms_.end()) {
      if (number > 255)
         throw Error(NEB_E_FULL, "the pool's accounts have 256 algorithms already");
      algorithms_.emplace_back().row.name = name;
      fresh_.push_back({Table::algorithms, number});
   }
   return static_cast<std::uint8_t>(number);
}

std::uint32_t Accounts::wallet(std::string_view name) {
   const auto [found, fresh] = wallet_numbers_.emplace(std::string(name), static_cast<std::uint32_t>(wallets_.size()));
   if (fresh) {
      wallets_.emplace_back().row.name = name;
      fresh_.push_back({Table::wallets, found->second});
   }
   return found->second;
}

std::uint32_t Accounts::worker(std::string_view wallet_name, std::string_view name, std::string_view algorithm_name) {
   reopen_if_broken();
   const std::uint8_t of = algorithm(algorithm_name);
   const std::uint32_t owner = wallet(wallet_name);
   const auto [found, fresh] = worker_numbers_.try_emplace({std::uint64_t{owner} << 8 | of, std::string(name)},
                                                           static_cast<std::uint32_t>(workers_.size()));
   if (fresh) {
      Worker &row = workers_.emplace_back().row;
      row.wallet = owner;
      row.algorithm = of;
      row.name = name;
      wallets_[owner].workers.push_back(found->second);
      fresh_.push_back({Table::workers, found->second});
   }
   return found->second;
}

void Accounts::book(std::span<const ShareEntry> shares) {
   if (broken_)
      throw Error(NEB_E_STATE, "the accounts are to be read anew first");
   if (!book_in_log(shares))
      book_in_store(shares);
   for (const ShareEntry &share : shares)
      remember(share);
}

bool Accounts::book_in_log(std::span<const ShareEntry> shares) {
   Log *log = store_.log();
   if (!log || !fresh_.empty() || logged_.size() >= k_logged_max || std::ranges::any_of(shares, &ShareEntry::block))
      return false;
   const Event event = event_of(shares);
   Bytes bytes = encode(event);
   broken_ = true; // until it is known what became of it
   const bool done = log->append(last_ + 1, bytes);
   broken_ = false;
   if (!done)
      return false;
   apply_logged(event, ++last_);
   logged_.emplace_back(last_, std::move(bytes));
   return true;
}

void Accounts::flush() {
   reopen_if_broken();
   if (logged_.empty())
      return;
   Update update(*this);
   update.commit();
}

void Accounts::book_in_store(std::span<const ShareEntry> shares) {
   Update update(*this);
   for (std::size_t begin = 0; begin < shares.size();) {
      std::size_t end = begin;
      while (end < shares.size() && !shares[end].block)
         ++end;
      const bool candidate = end < shares.size();
      end += candidate ? 1 : 0;
      update.event(event_of(shares.subspan(begin, end - begin)));
      if (candidate)
         add_candidate(update, shares[end - 1]);
      begin = end;
   }
   update.commit();
}

Event Accounts::event_of(std::span<const ShareEntry> shares) {
   Event event;
   event.workers.reserve(shares.size());
   for (const ShareEntry &share : shares) {
      std::uint32_t &place = workers_[share.worker].place;
      if (place == 0) {
         event.workers.emplace_back().worker = share.worker;
         place = static_cast<std::uint32_t>(event.workers.size());
      }
      Event::OfWorker &one = event.workers[place - 1];
      switch (share.outcome) {
      case Outcome::accepted: {
         // A share is worth a block at most, whatever a miner fixed.
         const std::uint64_t network = std::max<std::uint64_t>(share.network_difficulty, 1);
         const std::uint64_t work = std::min(share.difficulty, network);
         const Algorithm &mined = algorithms_[workers_[share.worker].row.algorithm].row;
         const auto reference = rules_.reference_difficulty.find(mined.name);
         ++one.shares.accepted;
         one.work += work;
         one.expected_ppt += static_cast<std::uint64_t>(u128{work} * 1'000'000'000'000 / network);
         one.milli_xp +=
            share_milli_xp(work, reference == rules_.reference_difficulty.end() ? 0 : reference->second, network);
         one.time_s = share.time_s;
         one.difficulty = share.difficulty;
         one.network_difficulty = network;
         one.block = share.block;
         break;
      }
      case Outcome::stale:
         ++one.shares.stale;
         break;
      case Outcome::duplicate:
         ++one.shares.duplicate;
         break;
      case Outcome::low:
         ++one.shares.low;
         break;
      case Outcome::invalid:
         ++one.shares.invalid;
         break;
      }
   }
   for (const Event::OfWorker &one : event.workers)
      workers_[one.worker].place = 0;
   return event;
}

void Accounts::add_candidate(Update &update, const ShareEntry &share) {
   const Worker &finder = workers_[share.worker].row;
   Block block;
   block.number = next_block_++;
   block.algorithm = finder.algorithm;
   block.worker = share.worker;
   block.height = share.height;
   block.time_s = share.time_s;
   block.network_difficulty = share.network_difficulty;
   block.round_work = algorithms_[finder.algorithm].row.work;
   OpenBlock open;
   for (const auto &[wallet, weight] : weights_of(share))
      open.split.parts.push_back(
         {wallet,
          weight,
          rules_.levels[level_of(rules_.levels, wallets_[wallet].row.milli_xp / 1'000)].multiplier_percent,
          {}});
   block.wallets = static_cast<std::uint32_t>(open.split.parts.size());
   // The source answers within seconds; what it never answered about, the coin is asked about.
   constexpr std::uint64_t k_answer_s = 60;
   open.next_ask_s = share.time_s + k_answer_s;
   update.put(block);
   update.put(block.number, open.split);
   ++block_counts_[static_cast<std::size_t>(BlockState::candidate)];
   blocks_.emplace(block.number, block);
   open_blocks_.emplace(block.number, std::move(open));
}

void Accounts::remember(const ShareEntry &entry) {
   const Worker &worker = workers_[entry.worker].row;
   WalletState &owner = wallets_[worker.wallet];
   const Recent recent{entry.time_s, entry.difficulty, worker.algorithm, entry.outcome == Outcome::accepted};
   if (owner.history.size() < k_history)
      owner.history.push_back(recent);
   else
      owner.history[owner.history_next++ % k_history] = recent;
}

} // namespace nebula::pool::accounts
