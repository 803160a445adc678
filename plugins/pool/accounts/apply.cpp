#include "accounts.h"

#include <algorithm>

namespace nebula::pool::accounts {
namespace {

void add(ShareTotals &sum, const ShareTotals &more) {
   sum.accepted += more.accepted;
   sum.stale += more.stale;
   sum.duplicate += more.duplicate;
   sum.low += more.low;
   sum.invalid += more.invalid;
}

template <class Row>
Row row_of(const Transaction &store, Table table, std::uint64_t number) {
   const auto bytes = store.get(table, key_of(number));
   if (!bytes)
      throw Error(NEB_E_CORRUPT, "the pool's ledger is damaged: ", k_table_names[static_cast<std::size_t>(table)], ' ',
                  number, " is missing");
   return decode<Row>(*bytes);
}

std::uint64_t &round_of(Wallet &wallet, std::uint8_t algorithm) {
   const auto found = std::ranges::find(wallet.round, algorithm, &std::pair<std::uint8_t, std::uint64_t>::first);
   return found != wallet.round.end() ? found->second : wallet.round.emplace_back(algorithm, 0).second;
}

} // namespace

// A row that has an event already is left alone: while the journal is replayed, rows may be newer than the event. One
// event may concern a wallet several times, so wallets are marked at its end.

void Accounts::apply(const Event &event, Sequence at, const Transaction &store) {
   touched_.clear();
   switch (event.kind) {
   case Event::Kind::shares:
      apply_shares(event, at);
      break;
   case Event::Kind::found:
   case Event::Kind::credited:
   case Event::Kind::lost:
   case Event::Kind::folded:
      apply_block(event, at, store);
      break;
   case Event::Kind::batch:
   case Event::Kind::paid:
   case Event::Kind::failed:
      apply_batch(event, at, store);
      break;
   }
   touch_all(at);
}

void Accounts::apply_logged(const Event &event, Sequence at) {
   touched_.clear();
   apply_shares(event, at);
   touch_all(at);
}

void Accounts::touch_all(Sequence at) {
   for (const std::uint32_t wallet : touched_)
      touch(wallet, at);
}

void Accounts::touch(std::uint32_t wallet, Sequence at) {
   WalletState &state = wallets_[wallet];
   state.row.applied = at;
   if (!state.dirty)
      dirty_.push_back({Table::wallets, wallet});
   state.dirty = true;
}

void Accounts::achieve(Wallet &wallet) {
   const auto give = [&](std::uint32_t which, bool earned) {
      if (!earned || (wallet.achievements >> which & 1) != 0)
         return;
      wallet.achievements |= 1u << which;
      wallet.milli_xp += k_achievements[which].milli_xp;
   };
   give(k_first_share, wallet.shares.accepted >= 1);
   give(k_hundred_shares, wallet.shares.accepted >= 100);
   give(k_first_block, wallet.blocks >= 1);
}

void Accounts::apply_shares(const Event &event, Sequence at) {
   for (const Event::OfWorker &one : event.workers) {
      if (one.worker >= workers_.size())
         throw Error(NEB_E_CORRUPT, "the pool's ledger is damaged: worker ", one.worker, " is missing");
      WorkerState &worker = workers_[one.worker];
      const bool accepted = one.shares.accepted > 0;
      if (worker.row.applied < at) {
         add(worker.row.shares, one.shares);
         worker.row.work += one.work;
         worker.row.expected_ppt += one.expected_ppt;
         worker.row.blocks += one.block;
         if (accepted)
            worker.row.last_s = one.time_s;
         worker.row.applied = at;
         if (!worker.dirty)
            dirty_.push_back({Table::workers, one.worker});
         worker.dirty = true;
      }
      const std::uint8_t mined = worker.row.algorithm;
      const std::uint32_t owner = worker.row.wallet;
      if (Wallet &wallet = wallets_[owner].row; wallet.applied < at) {
         add(wallet.shares, one.shares);
         wallet.work += one.work;
         wallet.milli_xp += one.milli_xp;
         if (accepted) {
            wallet.first_s = wallet.first_s == 0 ? one.time_s : wallet.first_s;
            wallet.last_s = one.time_s;
            wallet.last_algorithm = mined;
            wallet.last_difficulty = one.difficulty;
            if (rules_.scheme == Scheme::prop)
               round_of(wallet, mined) += one.work;
         }
         achieve(wallet);
         touched_.push_back(owner);
      }
      AlgorithmState &algorithm = algorithms_[mined];
      if (accepted && algorithm.window.closed_through() < at)
         algorithm.window.add(owner, one.work, at);
      if (accepted && algorithm.row.applied < at) {
         algorithm.row.work += one.work;
         algorithm.row.expected_ppt += one.expected_ppt;
         algorithm.row.network_difficulty = one.network_difficulty;
         if (!algorithm.dirty)
            dirty_.push_back({Table::algorithms, mined});
         algorithm.dirty = true;
      }
   }
   for (const Event::OfWorker &one : event.workers) {
      AlgorithmState &algorithm = algorithms_[workers_[one.worker].row.algorithm];
      algorithm.row.applied = std::max(algorithm.row.applied, at);
   }
}

void Accounts::apply_block(const Event &event, Sequence at, const Transaction &store) {
   const auto known = blocks_.find(event.subject);
   const Block block = known != blocks_.end() ? known->second : row_of<Block>(store, Table::blocks, event.subject);
   const auto open = open_blocks_.find(event.subject);
   const Split split =
      open != open_blocks_.end() ? open->second.split : row_of<Split>(store, Table::splits, event.subject);
   if (block.algorithm >= algorithms_.size() || block.worker >= workers_.size())
      throw Error(NEB_E_CORRUPT, "the pool's ledger is damaged: block ", block.number, " has a finder that is missing");
   if (event.kind == Event::Kind::found) {
      if (AlgorithmState &algorithm = algorithms_[block.algorithm]; algorithm.row.applied < at) {
         algorithm.row.work -= std::min(algorithm.row.work, block.round_work);
         ++algorithm.row.blocks;
         algorithm.row.applied = at;
         if (!algorithm.dirty)
            dirty_.push_back({Table::algorithms, block.algorithm});
         algorithm.dirty = true;
      }
      const std::uint32_t finder = workers_[block.worker].row.wallet;
      if (Wallet &wallet = wallets_[finder].row; wallet.applied < at) {
         ++wallet.blocks;
         wallet.milli_xp += k_block_milli_xp;
         achieve(wallet);
         touched_.push_back(finder);
      }
   }
   const bool prop = rules_.scheme == Scheme::prop;
   for (const Split::Part &part : split.parts) {
      if (part.wallet >= wallets_.size())
         throw Error(NEB_E_CORRUPT, "the pool's ledger is damaged: wallet ", part.wallet, " is missing");
      Wallet &wallet = wallets_[part.wallet].row;
      if (wallet.applied >= at)
         continue;
      if (event.kind == Event::Kind::credited) {
         wallet.credited += part.money;
         wallet.balance += part.money;
      } else if (event.kind == Event::Kind::folded) {
         wallet.folded += part.money;
      } else if (prop && part.weight > 0) {
         std::uint64_t &round = round_of(wallet, block.algorithm);
         if (event.kind == Event::Kind::found)
            round -= std::min(round, part.weight);
         else
            round += part.weight;
      } else {
         continue;
      }
      touched_.push_back(part.wallet);
   }
}

void Accounts::apply_batch(const Event &event, Sequence at, const Transaction &store) {
   const auto known = batches_.find(event.subject);
   const Fund fund =
      known != batches_.end() ? known->second.fund : row_of<Batch>(store, Table::batches, event.subject).fund;
   const auto open = open_batches_.find(event.subject);
   const Payments payments =
      open != open_batches_.end() ? open->second.payments : row_of<Payments>(store, Table::payments, event.subject);
   const auto of = [fund](Money &money) -> Amount & { return fund == Fund::main ? money.main : money.bonus; };
   for (const auto &[to, amount] : payments.to) {
      if (to >= wallets_.size())
         throw Error(NEB_E_CORRUPT, "the pool's ledger is damaged: wallet ", to, " is missing");
      Wallet &wallet = wallets_[to].row;
      if (wallet.applied >= at)
         continue;
      Amount &from = of(event.kind == Event::Kind::batch ? wallet.balance : wallet.paying);
      if (from < amount)
         throw Error(NEB_E_CORRUPT, "the pool's ledger is damaged: batch ", event.subject, " takes more from wallet ",
                     to, " than it has");
      from -= amount;
      of(event.kind == Event::Kind::batch  ? wallet.paying
         : event.kind == Event::Kind::paid ? wallet.paid
                                           : wallet.balance) += amount;
      touched_.push_back(to);
   }
}

} // namespace nebula::pool::accounts
