#pragma once

/// What is shown of the pool, as JSON: the shapes that tools of ZION's miners read (/api/...), and the pool's own
/// (/api/v1/pool/..., `nebula ctl pool ...`). Pure functions of plain values. Amounts of the pool's own shapes are
/// texts with all decimals of the coin; those of ZION's shapes are numbers of coins, as their readers expect.

#include "overview.h"

#include "accounts/view.h"

#include <boost/json/object.hpp>

namespace nebula::pool {

/// What does not change while the pool runs.
struct PoolIdentity {
   std::string name, version;                        ///< of the instance, of the program
   std::vector<std::string> listening;               ///< per port
   std::vector<std::vector<std::string>> algorithms; ///< per port
   std::string fee_address;                          ///< empty: none
};

/// Monotonic and wall time at one moment, to tell when something was.
struct Now {
   std::uint64_t monotonic_ns = 0, wall_s = 0;
   [[nodiscard]] std::uint64_t wall_of(std::uint64_t at_ns) const {
      return at_ns == 0 ? 0 : wall_s - (monotonic_ns > at_ns ? (monotonic_ns - at_ns) / 1'000'000'000 : 0);
   }
};

/// "43.835000"
[[nodiscard]] std::string amount_text(accounts::Amount amount, std::uint32_t decimals);

// The pool's own shapes.
[[nodiscard]] boost::json::object pool_document(const PoolIdentity &pool, const Overview &now,
                                                const accounts::TotalsView &totals);
/// Where miners connect to, and what they can mine there.
[[nodiscard]] boost::json::object ports_document(const PoolIdentity &pool);
[[nodiscard]] boost::json::object workers_document(const std::vector<WorkerNow> &workers, std::size_t total,
                                                   std::size_t skip, const Now &now);
[[nodiscard]] boost::json::object miner_document(const accounts::MinerView &miner, const accounts::TotalsView &totals,
                                                 const std::vector<accounts::LevelView> &levels,
                                                 const std::vector<WorkerNow> &connected);
[[nodiscard]] boost::json::object blocks_document(const std::vector<accounts::BlockView> &blocks,
                                                  const accounts::TotalsView &totals);
[[nodiscard]] boost::json::object payments_document(const std::vector<accounts::PaymentView> &payments,
                                                    const accounts::TotalsView &totals);
[[nodiscard]] boost::json::object batches_document(const std::vector<accounts::BatchView> &batches,
                                                   const accounts::TotalsView &totals);
[[nodiscard]] boost::json::object suspects_document(const std::vector<accounts::SuspectView> &suspects);
[[nodiscard]] boost::json::object audit_document(const accounts::Audit &audit, const accounts::TotalsView &totals);
[[nodiscard]] boost::json::object due_document(const accounts::Due &due, const accounts::TotalsView &totals);

// ZION 2.8.2's.
[[nodiscard]] boost::json::object zion_stats(const PoolIdentity &pool, const Overview &now,
                                             const accounts::TotalsView &totals, const Now &time);
[[nodiscard]] boost::json::object zion_pool(const PoolIdentity &pool, const Overview &now,
                                            const accounts::TotalsView &totals,
                                            const std::vector<accounts::LevelView> &levels);
[[nodiscard]] boost::json::object zion_health(const Overview &now, const accounts::TotalsView &totals, const Now &time);
/// `connected`: its workers now.
[[nodiscard]] boost::json::object zion_miner(const accounts::MinerView &miner, const accounts::TotalsView &totals,
                                             const std::vector<WorkerNow> &connected, const Now &time);
[[nodiscard]] boost::json::object zion_levels(const std::vector<accounts::LevelView> &levels);
[[nodiscard]] boost::json::object zion_leaderboard(const std::vector<accounts::LeaderView> &leaders,
                                                   const std::vector<accounts::LevelView> &levels);
[[nodiscard]] boost::json::object zion_profile(const accounts::MinerView &miner,
                                               const std::vector<accounts::LevelView> &levels);

} // namespace nebula::pool
