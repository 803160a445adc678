#pragma once

/// What the pool tells the world of itself: metrics, events, counts since the start, log lines of blocks. Everything is
/// for the loop's thread, except `overview`.

#include "overview.h"
#include "source.h"

#include "accounts/view.h"

#include <nebula/events.hpp>
#include <nebula/log.hpp>
#include <nebula/metrics.hpp>

#include <array>
#include <iterator>
#include <mutex>

namespace nebula::pool {

class Facts {
public:
   Facts(Host host, const std::vector<PoolAlgorithm> &algorithms);

   void started(std::uint64_t now_ns);
   void work(std::uint8_t algorithm, const Template &work, std::uint64_t now_ns);
   void share(const ShareFact &fact, std::uint64_t now_ns);
   void session(const SessionFact &fact);
   void settled(const SolutionResult &result, std::uint64_t now_ns);
   /// Of a batch that has another state. Thread-safe.
   void payout(const accounts::BatchView &batch, const accounts::TotalsView &totals) const;
   /// About once a second.
   void show(const Pool &pool, const ServerNow &server, const accounts::TotalsView &totals, std::uint64_t now_ns);

   /// The last one shown; never null. Thread-safe.
   [[nodiscard]] std::shared_ptr<const Overview> overview() const;

private:
   struct AlgorithmMetrics {
      Counter accepted, stale, duplicate, low, invalid, blocks;
      Gauge hashrate, difficulty, workers, network_difficulty;
   };

   [[nodiscard]] const std::string &coin(std::uint8_t algorithm) const { return coins_[algorithm]; }

   Log log_;
   Events events_;
   std::vector<std::string> names_, coins_; // per algorithm
   std::vector<AlgorithmMetrics> metrics_;
   Counter connections_total_;
   std::array<Counter, std::size(k_refusals)> connections_refused_; // by reason
   Gauge connections_, active_, banned_workers_, banned_addresses_, pending_, immature_, paid_, unfunded_;
   Histogram processing_, block_time_;
   SinceStart since_;
   ServerCounts counted_; // of the server's counts, what the counters have already
   std::uint64_t block_ns_ = 0, refused_ns_ = 0;
   std::string share_json_; // of the share being told; its memory is kept for the next one

   mutable std::mutex mutex_;
   std::shared_ptr<const Overview> overview_ = std::make_shared<const Overview>(); // with mutex_
};

} // namespace nebula::pool
