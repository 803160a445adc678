#pragma once

/// Questions about the pool and their answers as documents. Those about connected workers are answered on the loop's
/// thread, the others wherever they are asked.

#include "documents.h"
#include "facts.h"
#include "ledger.h"
#include "loop.h"

#include <nebula/clock.hpp>

#include <functional>

namespace nebula::pool {

class Queries {
public:
   /// `pool` and `server` are called on the loop's thread only. Everything outlives the queries.
   Queries(PoolIdentity identity, Loop &loop, Pool &pool, Server &server, const Facts &facts, Ledger &ledger,
           Clock clock)
      : identity_(std::move(identity)), loop_(loop), pool_(pool), server_(server), facts_(facts), accounts_(ledger),
        ledger_(ledger), clock_(clock) {}

   using Document = boost::json::object;
   /// On the loop's thread. Dropped unanswered when the loop ends first.
   using Done = std::function<void(Document)>;

   [[nodiscard]] Document pool() const;
   [[nodiscard]] Document ports() const { return ports_document(identity_); }
   [[nodiscard]] Document blocks(std::uint64_t before, std::size_t most) const;
   [[nodiscard]] Document batches(std::uint64_t before, std::size_t most) const;
   [[nodiscard]] Document payments(std::string_view wallet, std::uint64_t before, std::size_t most) const;
   [[nodiscard]] Document suspects(std::size_t most) const;
   /// Reads all books: seconds, during which shares wait. Throws NEB_E_CORRUPT with what does not balance.
   [[nodiscard]] Document audit() const;
   /// Pays what is due at once. Throws NEB_E_STATE when nothing is, or nothing can be paid, with why.
   [[nodiscard]] Document pay() const;
   void workers(WorkersAsked asked, Done done) const;
   /// Throws NEB_E_NOT_FOUND for a wallet that never had a share.
   [[nodiscard]] accounts::MinerView find(std::string_view wallet) const;
   void miner(accounts::MinerView miner, Done done) const;
   /// Bans, or lets in again, a worker (WALLET.WORKER), all of a wallet, or an IP address; says how many workers or
   /// addresses that are. 0: there is none.
   void ban(std::string name, std::uint64_t ban_ns, std::function<void(std::size_t)> done) const;
   void unban(std::string name, std::function<void(std::size_t)> done) const;

   [[nodiscard]] Document zion_stats() const;
   [[nodiscard]] Document zion_pool() const;
   [[nodiscard]] Document zion_health() const;
   void zion_miner(accounts::MinerView miner, Done done) const;
   [[nodiscard]] Document zion_levels() const;
   [[nodiscard]] Document zion_leaderboard(std::size_t most) const;
   [[nodiscard]] Document zion_profile(const accounts::MinerView &miner) const;

private:
   [[nodiscard]] std::vector<WorkerNow> workers_of(const std::string &wallet) const;
   [[nodiscard]] Now now() const { return {clock_.monotonic_ns(), clock_.wall_s()}; }

   PoolIdentity identity_;
   Loop &loop_;
   Pool &pool_;
   Server &server_;
   const Facts &facts_;
   const accounts::View &accounts_; // the ledger's
   Ledger &ledger_;
   Clock clock_;
};

} // namespace nebula::pool
