#include "documents.h"

#include <boost/json/array.hpp>

namespace nebula::pool {

namespace json = boost::json;

using accounts::BatchView;
using accounts::BlockView;
using accounts::MinerView;
using accounts::Money;
using accounts::PaymentView;
using accounts::TotalsView;

namespace {

constexpr double k_per_million = 1'000'000;

json::object money(const Money &amount, const TotalsView &totals) {
   return {{"main", amount_text(amount.main, totals.decimals)}, {"bonus", amount_text(amount.bonus, totals.decimals)}};
}

/// Hashes per second, whole: nobody knows it better.
std::uint64_t rate(double per_second) {
   return static_cast<std::uint64_t>(per_second);
}

json::object shares_of(const ShareCounts &shares) {
   return {{"accepted", shares.accepted}, {"stale", shares.stale},     {"duplicate", shares.duplicate},
           {"low", shares.low},           {"invalid", shares.invalid}, {"hashes", shares.hashes}};
}

json::object shares_of(const accounts::ShareTotals &shares) {
   return {{"accepted", shares.accepted},
           {"stale", shares.stale},
           {"duplicate", shares.duplicate},
           {"low", shares.low},
           {"invalid", shares.invalid}};
}

json::array algorithms_of(const Overview &now, const TotalsView &totals) {
   json::array out;
   for (const AlgorithmNow &one : now.algorithms) {
      json::object shown{{"name", one.name},
                         {"height", one.height},
                         {"network_difficulty", one.network_difficulty},
                         {"hashrate", rate(one.hashrate)},
                         {"mean_difficulty", one.mean_difficulty},
                         {"workers", one.workers},
                         {"shares", shares_of(one.shares)},
                         {"blocks", one.shares.blocks}};
      for (const accounts::RoundView &round : totals.rounds)
         if (round.algorithm == one.name)
            shown["round"] = json::object{{"work", round.work},
                                          {"effort_percent", round.effort_percent()},
                                          {"window_work", round.window_work},
                                          {"blocks", round.blocks},
                                          {"expected_blocks", static_cast<double>(round.expected_ppm) / k_per_million}};
      out.push_back(std::move(shown));
   }
   return out;
}

json::object refusals_of(const ServerCounts &counts) {
   json::object out;
   for (const Refusal &one : k_refusals)
      out[one.reason] = counts.*one.count;
   return out;
}

json::object worker_of(const WorkerNow &worker, const Now &now) {
   return {{"wallet", worker.wallet},
           {"worker", worker.name},
           {"algorithm", worker.algorithm},
           {"agent", worker.agent},
           {"connections", worker.connections},
           {"difficulty", worker.difficulty},
           {"hashrate", rate(worker.hashrate)},
           {"shares", shares_of(worker.shares)},
           {"first_seen", now.wall_of(worker.first_ns)},
           {"last_seen", now.wall_of(worker.seen_ns)},
           {"last_share", now.wall_of(worker.share_ns)},
           {"banned_seconds", worker.banned_ns / 1'000'000'000}};
}

} // namespace

std::string amount_text(accounts::Amount amount, std::uint32_t decimals) {
   std::string digits = std::to_string(amount);
   if (decimals == 0)
      return digits;
   if (digits.size() <= decimals)
      digits.insert(0, decimals + 1 - digits.size(), '0');
   return digits.insert(digits.size() - decimals, 1, '.');
}

json::object pool_document(const PoolIdentity &pool, const Overview &now, const TotalsView &totals) {
   json::object out{
      {"name", pool.name},
      {"version", pool.version},
      {"listening", json::array(pool.listening.begin(), pool.listening.end())},
      {"uptime_seconds", now.uptime_ns / 1'000'000'000},
      {"connections", json::object{{"open", now.server.connections},
                                   {"peak", now.server.counts.peak},
                                   {"accepted", now.server.counts.accepted},
                                   {"refused", now.server.counts.refused()},
                                   {"refused_by_reason", refusals_of(now.server.counts)}}},
      {"workers",
       json::object{{"connected", now.workers}, {"known", now.workers_known}, {"banned", now.workers_banned}}},
      {"algorithms", algorithms_of(now, totals)},
      {"miners", totals.miners},
      {"blocks", json::object{{"found", totals.blocks_found},
                              {"pending", totals.blocks_pending},
                              {"mature", totals.blocks_mature},
                              {"orphaned", totals.blocks_orphaned}}},
      {"reward", json::object{{"scheme", accounts::name_of(totals.scheme)},
                              {"window", totals.window},
                              {"fee_percent", static_cast<double>(totals.fee_ppm) / 10'000},
                              {"threshold", amount_text(totals.threshold, totals.decimals)}}}};
   if (!totals.coin.empty())
      out["coin"] = json::object{{"name", totals.coin},
                                 {"symbol", totals.symbol},
                                 {"decimals", totals.decimals},
                                 {"immature", money(totals.immature, totals)},
                                 {"balance", money(totals.balance, totals)},
                                 {"paying", money(totals.paying, totals)},
                                 {"paid", money(totals.paid, totals)},
                                 {"credited", money(totals.credited, totals)},
                                 {"spendable", money(totals.spendable, totals)},
                                 {"unfunded", money(totals.unfunded, totals)},
                                 {"network_fees", money(totals.network_fees, totals)}};
   if (!totals.trouble.empty())
      out["trouble"] = totals.trouble;
   return out;
}

json::object ports_document(const PoolIdentity &pool) {
   json::array rows;
   for (std::size_t i = 0; i < pool.listening.size(); ++i) {
      const std::vector<std::string> &names = pool.algorithms.at(i);
      rows.push_back(
         json::object{{"address", pool.listening[i]}, {"algorithms", json::array(names.begin(), names.end())}});
   }
   return {{"ports", std::move(rows)}};
}

json::object workers_document(const std::vector<WorkerNow> &workers, std::size_t total, std::size_t skip,
                              const Now &now) {
   json::array rows;
   for (const WorkerNow &one : workers)
      rows.push_back(worker_of(one, now));
   return {{"total", total}, {"skip", skip}, {"workers", std::move(rows)}};
}

json::object miner_document(const MinerView &miner, const TotalsView &totals,
                            const std::vector<accounts::LevelView> &levels, const std::vector<WorkerNow> &connected) {
   json::array workers;
   for (const accounts::WorkerView &one : miner.workers) {
      json::object row{{"worker", one.name},
                       {"algorithm", one.algorithm},
                       {"shares", shares_of(one.shares)},
                       {"work", one.work},
                       {"last_share", one.last_share_s},
                       {"blocks", one.blocks},
                       {"expected_blocks", static_cast<double>(one.expected_ppm) / k_per_million}};
      for (const WorkerNow &live : connected)
         if (live.name == one.name && live.algorithm == one.algorithm) {
            row["connections"] = live.connections;
            row["difficulty"] = live.difficulty;
            row["hashrate"] = rate(live.hashrate);
            row["agent"] = live.agent;
         }
      workers.push_back(std::move(row));
   }
   json::object out{{"wallet", miner.wallet},
                    {"algorithm", miner.algorithm},
                    {"shares", shares_of(miner.shares)},
                    {"work", miner.work},
                    {"first_share", miner.first_share_s},
                    {"last_share", miner.last_share_s},
                    {"blocks", miner.blocks},
                    {"immature", money(miner.immature, totals)},
                    {"balance", money(miner.balance, totals)},
                    {"paying", money(miner.paying, totals)},
                    {"paid", money(miner.paid, totals)},
                    {"credited", money(miner.credited, totals)},
                    {"threshold", amount_text(miner.threshold, totals.decimals)},
                    {"xp", miner.xp},
                    {"level", levels.at(miner.level).name},
                    {"achievements", json::array(miner.achievements.begin(), miner.achievements.end())},
                    {"workers", std::move(workers)}};
   if (!miner.unpayable.empty())
      out["unpayable"] = miner.unpayable;
   return out;
}

json::object blocks_document(const std::vector<BlockView> &blocks, const TotalsView &totals) {
   json::array rows;
   for (const BlockView &one : blocks)
      rows.push_back(json::object{{"number", one.number},
                                  {"state", accounts::name_of(one.state)},
                                  {"id", one.id},
                                  {"height", one.height},
                                  {"time", one.time_s},
                                  {"algorithm", one.algorithm},
                                  {"wallet", one.wallet},
                                  {"worker", one.worker},
                                  {"confirmations", one.confirmations},
                                  {"network_difficulty", one.network_difficulty},
                                  {"effort_percent", one.effort_percent},
                                  {"reward", amount_text(one.reward, totals.decimals)},
                                  {"bonus", amount_text(one.bonus, totals.decimals)},
                                  {"bonus_paid", amount_text(one.bonus_paid, totals.decimals)},
                                  {"wallets", one.wallets}});
   return {{"blocks", std::move(rows)}};
}

json::object payments_document(const std::vector<PaymentView> &payments, const TotalsView &totals) {
   json::array rows;
   for (const PaymentView &one : payments)
      rows.push_back(json::object{{"batch", one.batch},
                                  {"wallet", one.wallet},
                                  {"fund", accounts::name_of(one.fund)},
                                  {"amount", amount_text(one.amount, totals.decimals)},
                                  {"state", accounts::name_of(one.state)},
                                  {"time", one.time_s},
                                  {"transactions", one.transactions}});
   return {{"payments", std::move(rows)}};
}

json::object batches_document(const std::vector<BatchView> &batches, const TotalsView &totals) {
   json::array rows;
   for (const BatchView &one : batches)
      rows.push_back(json::object{{"batch", one.batch},
                                  {"key", one.key},
                                  {"fund", accounts::name_of(one.fund)},
                                  {"state", accounts::name_of(one.state)},
                                  {"created", one.created_s},
                                  {"changed", one.changed_s},
                                  {"payments", one.payments},
                                  {"amount", amount_text(one.amount, totals.decimals)},
                                  {"fee", amount_text(one.fee, totals.decimals)},
                                  {"confirmations", one.confirmations},
                                  {"transactions", one.transactions},
                                  {"text", one.text}});
   return {{"batches", std::move(rows)}};
}

json::object suspects_document(const std::vector<accounts::SuspectView> &suspects) {
   json::array rows;
   for (const accounts::SuspectView &one : suspects)
      rows.push_back(json::object{{"wallet", one.wallet},
                                  {"worker", one.worker},
                                  {"algorithm", one.algorithm},
                                  {"blocks", one.blocks},
                                  {"expected_blocks", static_cast<double>(one.expected_ppm) / k_per_million},
                                  {"probability", one.probability}});
   return {{"suspects", std::move(rows)}};
}

json::object audit_document(const accounts::Audit &audit, const TotalsView &totals) {
   return {{"balances", audit.faults.empty()},
           {"blocks", audit.blocks},
           {"batches", audit.batches},
           {"symbol", totals.symbol},
           {"credited", money(audit.credited, totals)},
           {"balance", money(audit.balance, totals)},
           {"paying", money(audit.paying, totals)},
           {"paid", money(audit.paid, totals)},
           {"network_fees", money(audit.network_fees, totals)}};
}

json::object due_document(const accounts::Due &due, const TotalsView &totals) {
   return {{"wallets", due.wallets},
           {"unpayable", due.unpayable},
           {"symbol", totals.symbol},
           {"amount", money(due.amount, totals)},
           {"spendable", money(totals.spendable, totals)}};
}

} // namespace nebula::pool
