#include "documents.h"

#include <boost/json/array.hpp>

#include <cmath>

/// The shapes of ZION 2.8.2's pool API: names and types as its readers know them.

namespace nebula::pool {

namespace json = boost::json;

using accounts::MinerView;
using accounts::TotalsView;

namespace {

double coins(accounts::Amount amount, const TotalsView &totals) {
   return static_cast<double>(amount) / std::pow(10.0, totals.decimals);
}

double coins(const accounts::Money &amount, const TotalsView &totals) {
   return coins(amount.main + amount.bonus, totals);
}

double fee_percent(const TotalsView &totals) {
   return static_cast<double>(totals.fee_ppm) / 10'000;
}

json::array algorithm_names(const Overview &now) {
   json::array out;
   for (const AlgorithmNow &one : now.algorithms)
      out.emplace_back(one.name);
   return out;
}

/// The port of "0.0.0.0:3333"; 0: it listens nowhere.
std::uint64_t port_of(const PoolIdentity &pool) {
   if (pool.listening.empty())
      return 0;
   const std::string &first = pool.listening.front();
   return std::stoull(first.substr(first.rfind(':') + 1));
}

std::uint64_t height_of(const Overview &now) {
   std::uint64_t out = 0;
   for (const AlgorithmNow &one : now.algorithms)
      out = std::max(out, one.height);
   return out;
}

accounts::Amount reward_of(const Overview &now) {
   accounts::Amount out = 0;
   for (const AlgorithmNow &one : now.algorithms)
      out = std::max(out, one.reward);
   return out;
}

json::object level_of(const accounts::LevelView &level) {
   return {{"name", level.name}, {"xp_required", level.xp}, {"multiplier", level.multiplier_percent / 100.0}};
}

} // namespace

json::object zion_stats(const PoolIdentity &pool, const Overview &now, const TotalsView &totals, const Now &time) {
   const std::uint64_t rejected = totals.shares.rejected();
   return {{"pool_name", pool.name},
           {"pool_port", port_of(pool)},
           {"current_height", height_of(now)},
           {"total_miners", totals.miners},
           {"total_shares", totals.shares.accepted + rejected},
           {"valid_shares", totals.shares.accepted},
           {"invalid_shares", rejected},
           {"blocks_found", totals.blocks_found},
           {"pending_payouts_zion", coins(totals.balance + totals.paying, totals)},
           {"pool_fee_percent", fee_percent(totals)},
           {"payout_threshold_zion", coins(totals.threshold, totals)},
           {"algorithms", algorithm_names(now)},
           {"pool_wallet", pool.fee_address},
           {"server_time", time.wall_s},
           {"performance", json::object{{"uptime_seconds", now.uptime_ns / 1'000'000'000},
                                        {"total_connections", now.server.counts.accepted},
                                        {"peak_connections", now.server.counts.peak},
                                        {"shares_processed", now.shares().accepted + now.shares().rejected()},
                                        {"avg_processing_time_ms", static_cast<double>(now.share_ns_mean) / 1e6},
                                        {"errors_count", now.server.counts.refused()},
                                        {"banned_ips", now.server.banned_addresses},
                                        {"vardiff_enabled", true}}}};
}

json::object zion_pool(const PoolIdentity &pool, const Overview &now, const TotalsView &totals,
                       const std::vector<accounts::LevelView> &levels) {
   json::object multipliers;
   for (const accounts::LevelView &level : levels)
      multipliers[level.name] = level.multiplier_percent / 100.0;
   return {
      {"name", pool.name},
      {"version", pool.version},
      {"algorithms", algorithm_names(now)},
      {"ports", json::object{{"stratum", port_of(pool)}, {"api", 0}}},
      {"fees",
       json::object{{"pool_fee_percent", fee_percent(totals)}, {"payout_threshold", coins(totals.threshold, totals)}}},
      {"rewards", json::object{{"base_block_reward", coins(reward_of(now), totals)},
                               {"consciousness_multipliers", std::move(multipliers)}}},
      {"features", json::array{"vardiff", "session-resume", std::string(accounts::name_of(totals.scheme)), "tls"}}};
}

json::object zion_health(const Overview &now, const TotalsView &totals, const Now &time) {
   return {{"status", totals.trouble.empty() ? "healthy" : "degraded"},
           {"timestamp", time.wall_s},
           {"uptime_seconds", now.uptime_ns / 1'000'000'000},
           {"active_connections", now.server.connections},
           {"total_miners", now.workers},
           {"database_status", totals.trouble.empty() ? "ok" : totals.trouble}};
}

json::object zion_miner(const MinerView &miner, const TotalsView &totals, const std::vector<WorkerNow> &connected,
                        const Now &time) {
   json::array history;
   for (const accounts::ShareView &share : miner.history)
      history.push_back(json::object{{"timestamp", share.time_s},
                                     {"is_valid", share.accepted},
                                     {"difficulty", share.difficulty},
                                     {"algorithm", share.algorithm}});
   std::uint64_t since_ns = 0;
   Difficulty difficulty = miner.last_difficulty;
   for (const WorkerNow &one : connected) {
      if (one.connections == 0)
         continue;
      since_ns = since_ns == 0 ? one.first_ns : std::min(since_ns, one.first_ns);
      difficulty = one.difficulty;
   }
   const std::uint64_t rejected = miner.shares.rejected();
   return {{"address", miner.wallet},
           {"algorithm", miner.algorithm},
           {"total_shares", miner.shares.accepted + rejected},
           {"valid_shares", miner.shares.accepted},
           {"invalid_shares", rejected},
           {"balance_pending", coins(miner.balance + miner.paying + miner.immature, totals)},
           {"balance_paid", coins(miner.paid, totals)},
           {"last_share_time", miner.last_share_s},
           {"connected_time", time.wall_of(since_ns)},
           {"difficulty", difficulty},
           {"history", std::move(history)}};
}

json::object zion_levels(const std::vector<accounts::LevelView> &levels) {
   json::array rows;
   for (const accounts::LevelView &level : levels)
      rows.push_back(level_of(level));
   return {{"levels", std::move(rows)}};
}

json::object zion_leaderboard(const std::vector<accounts::LeaderView> &leaders,
                              const std::vector<accounts::LevelView> &levels) {
   json::array rows;
   std::uint64_t rank = 0;
   for (const accounts::LeaderView &leader : leaders)
      rows.push_back(json::object{{"rank", ++rank},
                                  {"address", leader.wallet},
                                  {"xp", leader.xp},
                                  {"level", levels.at(leader.level).name},
                                  {"shares", leader.shares},
                                  {"blocks_found", leader.blocks}});
   return {{"leaderboard", std::move(rows)}};
}

json::object zion_profile(const MinerView &miner, const std::vector<accounts::LevelView> &levels) {
   const accounts::LevelView &level = levels.at(miner.level);
   json::object out{{"address", miner.wallet},
                    {"xp", miner.xp},
                    {"level", level.name},
                    {"multiplier", level.multiplier_percent / 100.0},
                    {"shares", miner.shares.accepted},
                    {"blocks_found", miner.blocks},
                    {"achievements", json::array(miner.achievements.begin(), miner.achievements.end())}};
   if (miner.level + 1 < levels.size())
      out["next_level"] = level_of(levels[miner.level + 1]);
   return out;
}

} // namespace nebula::pool
