#include "overview.h"

#include <algorithm>
#include <tuple>

namespace nebula::pool {
namespace {

ShareCounts &operator+=(ShareCounts &a, const ShareCounts &b) {
   a.accepted += b.accepted;
   a.stale += b.stale;
   a.duplicate += b.duplicate;
   a.low += b.low;
   a.invalid += b.invalid;
   a.blocks += b.blocks;
   a.hashes += b.hashes;
   return a;
}

WorkerNow row_of(const Pool &pool, const Worker &worker, std::uint64_t now_ns) {
   WorkerNow out;
   out.wallet = worker.wallet;
   out.name = worker.name;
   out.algorithm = pool.settings().algorithms[worker.algorithm].name;
   out.agent = worker.agent;
   out.connections = worker.connections;
   out.hashrate = worker.rate.per_second(worker.first_ns, now_ns);
   out.shares = worker.shares;
   out.first_ns = worker.first_ns;
   out.seen_ns = worker.connections > 0 ? now_ns : worker.seen_ns;
   out.share_ns = worker.share_ns;
   out.banned_ns = worker.conduct.banned(now_ns) ? worker.conduct.banned_until_ns() - now_ns : 0;
   return out;
}

} // namespace

ShareCounts Overview::shares() const {
   ShareCounts all;
   for (const AlgorithmNow &one : algorithms)
      all += one.shares;
   return all;
}

Overview make_overview(const Pool &pool, const ServerNow &server, const SinceStart &since, std::uint64_t now_ns) {
   Overview out;
   out.made_ns = now_ns;
   out.uptime_ns = now_ns - since.started_ns;
   out.server = server;
   out.share_ns_mean = since.shares_judged == 0 ? 0 : since.judging_ns / since.shares_judged;
   const auto &algorithms = pool.settings().algorithms;
   out.algorithms.resize(algorithms.size());
   std::vector<std::uint64_t> sessions(algorithms.size()), difficulty(algorithms.size());
   pool.sessions().each([&](ConnectionId, const Session &session) {
      if (!session.authorized)
         return;
      // Saturates far beyond any pool's sum.
      std::uint64_t &sum = difficulty[session.algorithm];
      sum = std::max(sum, sum + session.vardiff.difficulty);
      ++sessions[session.algorithm];
   });
   for (const auto &[key, worker] : pool.workers()) {
      out.algorithms[worker->algorithm].workers += worker->connections > 0;
      out.workers_banned += worker->conduct.banned(now_ns);
   }
   out.workers_known = pool.workers().size();
   for (std::size_t i = 0; i < algorithms.size(); ++i) {
      AlgorithmNow &one = out.algorithms[i];
      const SinceStart::Algorithm &known = since.algorithms[i];
      one.name = algorithms[i].name;
      one.hashrate = known.rate.per_second(since.started_ns, now_ns);
      one.shares = known.shares;
      one.mean_difficulty = sessions[i] == 0 ? 0 : difficulty[i] / sessions[i];
      one.work_age_ns = known.work_ns == 0 ? 0 : now_ns - known.work_ns;
      if (const Template *work = pool.current(static_cast<std::uint8_t>(i))) {
         one.height = work->height;
         one.reward = work->reward;
         // A pool that work comes from does not tell what a block takes.
         one.network_difficulty = work->network_target.is_zero() ? 0 : work->network_difficulty;
      }
      out.workers += one.workers;
   }
   return out;
}

std::vector<WorkerNow> list_workers(const Pool &pool, const WorkersAsked &asked, std::uint64_t now_ns,
                                    std::size_t &total) {
   std::vector<const Worker *> found;
   for (const auto &[key, worker] : pool.workers())
      if ((!asked.connected || worker->connections > 0 || worker->conduct.banned(now_ns)) &&
          (asked.wallet.empty() || worker->wallet == asked.wallet))
         found.push_back(worker.get());
   total = found.size();
   std::ranges::sort(found, [](const Worker *a, const Worker *b) {
      return std::tie(a->wallet, a->name, a->algorithm) < std::tie(b->wallet, b->name, b->algorithm);
   });
   std::vector<WorkerNow> out;
   std::unordered_map<const Worker *, std::size_t> rows;
   const std::size_t end = std::min(found.size(), asked.skip + asked.most);
   for (std::size_t i = asked.skip; i < end; ++i) {
      rows.emplace(found[i], out.size());
      out.push_back(row_of(pool, *found[i], now_ns));
   }
   // A worker does not know its connections, so they are asked for it.
   pool.sessions().each([&](ConnectionId, const Session &session) {
      if (const auto row = rows.find(session.worker.get()); session.authorized && row != rows.end())
         out[row->second].difficulty = session.vardiff.difficulty;
   });
   return out;
}

} // namespace nebula::pool
