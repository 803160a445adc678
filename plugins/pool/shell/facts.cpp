#include "facts.h"

#include "documents.h"

#include "common/json_line.h"

#include <nebula/text.hpp>

#include <charconv>

namespace nebula::pool {
namespace {

using common::append_json_string;

constexpr std::uint64_t k_ns_per_s = 1'000'000'000;
constexpr std::uint64_t k_refusals_apart_ns = 10 * k_ns_per_s;

const char *outcome_of(Verdict verdict) {
   switch (verdict) {
   case Verdict::accepted:
      return "accepted";
   case Verdict::stale:
      return "stale";
   case Verdict::duplicate:
      return "duplicate";
   case Verdict::low:
      return "low";
   case Verdict::invalid:
      break;
   }
   return "invalid";
}

const char *name_of(Dialect dialect) {
   switch (dialect) {
   case Dialect::xmrig:
      return "xmrig";
   case Dialect::bitcoin:
      return "bitcoin";
   case Dialect::ergo:
      return "ergo";
   case Dialect::cosmic:
      return "cosmic";
   case Dialect::unknown:
      break;
   }
   return "unknown";
}

/// `,"name":` and the text as JSON.
void member(std::string &json, std::string_view name, std::string_view value) {
   json += ",\"";
   json += name;
   json += "\":";
   append_json_string(json, value);
}

void member(std::string &json, std::string_view name, std::uint64_t value) {
   char digits[20];
   const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
   json += ",\"";
   json += name;
   json += "\":";
   json.append(digits, end);
}

} // namespace

Facts::Facts(Host host, const std::vector<PoolAlgorithm> &algorithms) : log_(host), events_(host) {
   const Metrics metrics(host);
   for (const PoolAlgorithm &one : algorithms) {
      names_.push_back(one.name);
      const std::string label = concat("algorithm=\"", one.name, '"');
      const auto shares = [&](Verdict verdict) {
         return metrics.counter("zion_pool_shares", "Shares, by what became of them",
                                concat(label, ",status=\"", outcome_of(verdict), '"'));
      };
      AlgorithmMetrics own;
      own.accepted = shares(Verdict::accepted);
      own.stale = shares(Verdict::stale);
      own.duplicate = shares(Verdict::duplicate);
      own.low = shares(Verdict::low);
      own.invalid = shares(Verdict::invalid);
      own.blocks = metrics.counter("zion_pool_blocks_found", "Blocks that miners of the pool found", label);
      own.hashrate = metrics.gauge("zion_pool_hashrate", "Hashes per second that accepted shares prove", label);
      own.difficulty = metrics.gauge("zion_pool_difficulty", "Mean share difficulty of the connections", label);
      own.workers = metrics.gauge("zion_pool_workers", "Workers with a connection now", label);
      own.network_difficulty = metrics.gauge("zion_pool_network_difficulty", "Difficulty of a block", label);
      metrics_.push_back(own);
   }
   coins_.resize(algorithms.size());
   since_.algorithms.resize(algorithms.size());
   connections_total_ = metrics.counter("zion_pool_connections", "Connections accepted");
   for (std::size_t i = 0; i < std::size(k_refusals); ++i)
      connections_refused_[i] = metrics.counter("zion_pool_connections_refused", "Connections refused or cut off",
                                                concat("reason=\"", k_refusals[i].reason, '"'));
   connections_ = metrics.gauge("zion_pool_open_connections", "Connections open now");
   active_ = metrics.gauge("zion_pool_active_miners", "Workers with a connection now");
   banned_addresses_ = metrics.gauge("zion_pool_banned_ips", "Addresses that are shut out now");
   banned_workers_ = metrics.gauge("zion_pool_banned_workers", "Workers that are shut out now");
   pending_ = metrics.gauge("zion_pool_pending_balance", "Owed to miners, in whole atomic units of the coin");
   immature_ = metrics.gauge("zion_pool_immature_balance", "The same of blocks that can still be orphaned");
   paid_ = metrics.gauge("zion_pool_paid", "Paid to miners ever, in whole atomic units of the coin");
   unfunded_ = metrics.gauge("zion_pool_unfunded",
                             "Of what was due at the last payout, what the funds did not have, in atomic units");
   processing_ = metrics.histogram("zion_pool_share_processing_seconds", "Time from a share's line to its verdict",
                                   {10'000, 20'000, 50'000, 100'000, 200'000, 500'000, 1'000'000, 2'000'000, 5'000'000,
                                    10'000'000, 20'000'000, 50'000'000, 100'000'000, 500'000'000, 2'000'000'000},
                                   {}, k_ns_per_s);
   block_time_ = metrics.histogram("zion_pool_block_time_seconds", "Time from one block of the pool to the next",
                                   {1, 5, 10, 30, 60, 120, 300, 600, 1'800, 3'600, 14'400, 43'200, 86'400, 604'800});
}

void Facts::started(std::uint64_t now_ns) {
   since_.started_ns = now_ns;
   block_ns_ = now_ns;
}

void Facts::work(std::uint8_t algorithm, const Template &work, std::uint64_t now_ns) {
   since_.algorithms[algorithm].work_ns = now_ns;
   coins_[algorithm] = work.coin;
}

void Facts::share(const ShareFact &fact, std::uint64_t now_ns) {
   AlgorithmMetrics &metrics = metrics_[fact.algorithm];
   SinceStart::Algorithm &since = since_.algorithms[fact.algorithm];
   switch (fact.verdict) {
   case Verdict::accepted:
      metrics.accepted.add();
      ++since.shares.accepted;
      since.shares.hashes += fact.difficulty;
      since.rate.add(fact.difficulty, now_ns);
      break;
   case Verdict::stale:
      metrics.stale.add();
      ++since.shares.stale;
      break;
   case Verdict::duplicate:
      metrics.duplicate.add();
      ++since.shares.duplicate;
      break;
   case Verdict::low:
      metrics.low.add();
      ++since.shares.low;
      break;
   case Verdict::invalid:
      metrics.invalid.add();
      ++since.shares.invalid;
      break;
   }
   ++since_.shares_judged;
   since_.judging_ns += fact.took_ns;
   processing_.record(fact.took_ns);

   std::string &json = share_json_;
   json = R"({"algorithm":)";
   append_json_string(json, names_[fact.algorithm]);
   member(json, "coin", coin(fact.algorithm));
   member(json, "wallet", fact.worker->wallet);
   member(json, "worker", fact.worker->name);
   member(json, "height", fact.height);
   member(json, "difficulty", fact.difficulty);
   member(json, "outcome", outcome_of(fact.verdict));
   if (*fact.reason != '\0')
      member(json, "text", fact.reason);
   json += '}';
   events_.publish("mining.share", json);
}

void Facts::session(const SessionFact &fact) {
   std::string json = R"({"event":)";
   append_json_string(json, fact.opened ? "login" : "end");
   member(json, "wallet", fact.worker->wallet);
   member(json, "worker", fact.worker->name);
   member(json, "algorithm", names_[fact.algorithm]);
   member(json, "dialect", name_of(fact.dialect));
   member(json, "agent", fact.worker->agent);
   member(json, "connection", fact.connection);
   member(json, "difficulty", fact.difficulty);
   if (fact.opened)
      json += fact.resumed ? ",\"resumed\":true" : ",\"resumed\":false";
   else
      member(json, "seconds", fact.lived_ns / k_ns_per_s);
   events_.publish("pool.session", json + "}");
}

void Facts::settled(const SolutionResult &result, std::uint64_t now_ns) {
   if (result.outcome != NEB_WORK_BLOCK) {
      // A pool that work comes from may be away for minutes, and may want harder shares of one of its connections.
      const bool expected =
         result.outcome == NEB_WORK_ACCEPTED || result.outcome == NEB_WORK_STALE || result.outcome == NEB_WORK_LOW;
      if (!expected && now_ns - refused_ns_ >= k_refusals_apart_ns) {
         refused_ns_ = now_ns;
         log_.warn("the work source did not take a solution of ", result.worker, ": ", result.text);
      }
      return;
   }
   metrics_[result.algorithm].blocks.add();
   ++since_.algorithms[result.algorithm].shares.blocks;
   block_time_.record((now_ns - block_ns_) / k_ns_per_s);
   block_ns_ = now_ns;
   log_.info("block ", result.height, " by ", result.worker, ": ", result.block_id);
   std::string json = R"({"algorithm":)";
   append_json_string(json, names_[result.algorithm]);
   member(json, "coin", coin(result.algorithm));
   member(json, "height", result.height);
   member(json, "worker", result.worker);
   member(json, "block_id", result.block_id);
   member(json, "outcome", "block");
   events_.publish("mining.block", json + "}");
}

void Facts::payout(const accounts::BatchView &batch, const accounts::TotalsView &totals) const {
   std::string json = concat(R"({"batch":)", batch.batch);
   member(json, "key", batch.key);
   member(json, "coin", totals.coin);
   member(json, "fund", accounts::name_of(batch.fund));
   member(json, "state", accounts::name_of(batch.state));
   member(json, "payments", batch.payments);
   member(json, "amount", amount_text(batch.amount, totals.decimals));
   member(json, "fee", amount_text(batch.fee, totals.decimals));
   member(json, "transactions", batch.transactions);
   if (!batch.text.empty())
      member(json, "text", batch.text);
   events_.publish("pool.payout", json + "}");
   log_.info("payout ", batch.batch, " of ", amount_text(batch.amount, totals.decimals), " ", totals.symbol, " to ",
             batch.payments, batch.payments == 1 ? " wallet: " : " wallets: ", accounts::name_of(batch.state),
             batch.text.empty() ? "" : ", ", batch.text);
}

void Facts::show(const Pool &pool, const ServerNow &server, const accounts::TotalsView &totals, std::uint64_t now_ns) {
   auto fresh = std::make_shared<const Overview>(make_overview(pool, server, since_, now_ns));
   for (std::size_t i = 0; i < metrics_.size(); ++i) {
      const AlgorithmNow &one = fresh->algorithms[i];
      metrics_[i].hashrate.set(static_cast<std::int64_t>(one.hashrate));
      metrics_[i].difficulty.set(static_cast<std::int64_t>(one.mean_difficulty));
      metrics_[i].workers.set(static_cast<std::int64_t>(one.workers));
      metrics_[i].network_difficulty.set(static_cast<std::int64_t>(one.network_difficulty));
   }
   connections_total_.add(static_cast<std::int64_t>(server.counts.accepted - counted_.accepted));
   for (std::size_t i = 0; i < std::size(k_refusals); ++i) {
      const auto count = k_refusals[i].count;
      connections_refused_[i].add(static_cast<std::int64_t>(server.counts.*count - counted_.*count));
   }
   counted_ = server.counts;
   connections_.set(static_cast<std::int64_t>(server.connections));
   banned_addresses_.set(static_cast<std::int64_t>(server.banned_addresses));
   active_.set(static_cast<std::int64_t>(fresh->workers));
   banned_workers_.set(static_cast<std::int64_t>(fresh->workers_banned));
   const accounts::Money owed = totals.balance + totals.paying;
   pending_.set(static_cast<std::int64_t>(owed.main + owed.bonus));
   immature_.set(static_cast<std::int64_t>(totals.immature.main + totals.immature.bonus));
   paid_.set(static_cast<std::int64_t>(totals.paid.main + totals.paid.bonus));
   unfunded_.set(static_cast<std::int64_t>(totals.unfunded.main + totals.unfunded.bonus));
   const std::lock_guard lock(mutex_);
   overview_ = std::move(fresh);
}

std::shared_ptr<const Overview> Facts::overview() const {
   const std::lock_guard lock(mutex_);
   return overview_;
}

} // namespace nebula::pool
