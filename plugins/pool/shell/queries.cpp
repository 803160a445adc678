#include "queries.h"

#include <nebula/error.hpp>

namespace nebula::pool {
namespace {

/// Of one wallet; a farm has fewer.
constexpr std::size_t k_workers_of_wallet_max = 10'000;

} // namespace

accounts::MinerView Queries::find(std::string_view wallet) const {
   auto found = accounts_.miner(wallet);
   if (!found)
      throw Error(NEB_E_NOT_FOUND, "nobody with the wallet ", wallet.substr(0, 128), " had a share accepted here");
   return std::move(*found);
}

std::vector<WorkerNow> Queries::workers_of(const std::string &wallet) const {
   std::size_t total = 0;
   return list_workers(pool_, {wallet, false, 0, k_workers_of_wallet_max}, clock_.monotonic_ns(), total);
}

Queries::Document Queries::pool() const {
   return pool_document(identity_, *facts_.overview(), accounts_.totals());
}

Queries::Document Queries::blocks(std::uint64_t before, std::size_t most) const {
   return blocks_document(accounts_.blocks(before, most), accounts_.totals());
}

Queries::Document Queries::batches(std::uint64_t before, std::size_t most) const {
   return batches_document(accounts_.batches(before, most), accounts_.totals());
}

Queries::Document Queries::payments(std::string_view wallet, std::uint64_t before, std::size_t most) const {
   return payments_document(accounts_.payments(wallet, before, most), accounts_.totals());
}

Queries::Document Queries::suspects(std::size_t most) const {
   return suspects_document(accounts_.suspects(most));
}

Queries::Document Queries::audit() const {
   const accounts::Audit audit = ledger_.audit();
   if (audit.faults.empty())
      return audit_document(audit, accounts_.totals());
   std::string all;
   for (const std::string &fault : audit.faults)
      all += "\n" + fault;
   throw Error(NEB_E_CORRUPT, "the pool's ledger does not balance:", all);
}

Queries::Document Queries::pay() const {
   const accounts::Due due = ledger_.pay_now();
   const accounts::TotalsView totals = accounts_.totals();
   const auto coins = [&](accounts::Amount amount) {
      return amount_text(amount, totals.decimals) + " " + totals.symbol;
   };
   if (due.wallets > 0)
      return due_document(due, totals);
   if (due.unpayable > 0)
      throw Error(NEB_E_STATE, "nothing can be paid: the coin refuses the addresses of all wallets that are due (",
                  due.unpayable, "); `nebula ctl pool miner WALLET` says why");
   throw Error(NEB_E_STATE, "nothing is due: no wallet has the threshold of ", coins(totals.threshold),
               " or its own; the largest balance is ", coins(due.largest));
}

void Queries::workers(WorkersAsked asked, Done done) const {
   loop_.post([this, asked = std::move(asked), done = std::move(done)] {
      std::size_t total = 0;
      const Now time = now();
      const auto rows = list_workers(pool_, asked, time.monotonic_ns, total);
      done(workers_document(rows, total, asked.skip, time));
   });
}

void Queries::miner(accounts::MinerView miner, Done done) const {
   loop_.post([this, miner = std::move(miner), done = std::move(done)] {
      done(miner_document(miner, accounts_.totals(), accounts_.levels(), workers_of(miner.wallet)));
   });
}

void Queries::ban(std::string name, std::uint64_t ban_ns, std::function<void(std::size_t)> done) const {
   loop_.post([this, name = std::move(name), ban_ns, done = std::move(done)] {
      const std::uint64_t now_ns = clock_.monotonic_ns();
      const auto address = NetAddress::parse(name);
      if (address)
         server_.ban(*address, now_ns + ban_ns);
      done(address ? 1 : pool_.ban(name, ban_ns, now_ns));
   });
}

void Queries::unban(std::string name, std::function<void(std::size_t)> done) const {
   loop_.post([this, name = std::move(name), done = std::move(done)] {
      const std::uint64_t now_ns = clock_.monotonic_ns();
      const auto address = NetAddress::parse(name);
      done(address ? server_.unban(*address, now_ns) : pool_.unban(name, now_ns));
   });
}

Queries::Document Queries::zion_stats() const {
   return pool::zion_stats(identity_, *facts_.overview(), accounts_.totals(), now());
}

Queries::Document Queries::zion_pool() const {
   return pool::zion_pool(identity_, *facts_.overview(), accounts_.totals(), accounts_.levels());
}

Queries::Document Queries::zion_health() const {
   return pool::zion_health(*facts_.overview(), accounts_.totals(), now());
}

void Queries::zion_miner(accounts::MinerView miner, Done done) const {
   loop_.post([this, miner = std::move(miner), done = std::move(done)] {
      done(pool::zion_miner(miner, accounts_.totals(), workers_of(miner.wallet), now()));
   });
}

Queries::Document Queries::zion_levels() const {
   return pool::zion_levels(accounts_.levels());
}

Queries::Document Queries::zion_leaderboard(std::size_t most) const {
   return pool::zion_leaderboard(accounts_.leaderboard(most), accounts_.levels());
}

Queries::Document Queries::zion_profile(const accounts::MinerView &miner) const {
   return pool::zion_profile(miner, accounts_.levels());
}

} // namespace nebula::pool
