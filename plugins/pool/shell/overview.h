#pragma once

/// The pool at one moment, as plain values: made on the loop's thread about once a second, read by everyone else.

#include "server.h"

#include "core/pool.h"

#include <memory>
#include <string>
#include <vector>

namespace nebula::pool {

struct AlgorithmNow {
   std::string name;
   std::uint64_t height = 0; ///< of the newest work; 0: there is none yet
   Difficulty network_difficulty = 0;
   std::uint64_t reward = 0;       ///< of the newest work, in atomic units; 0: unknown
   double hashrate = 0;            ///< of all its workers
   Difficulty mean_difficulty = 0; ///< of its connections
   std::uint64_t workers = 0;      ///< with a connection
   ShareCounts shares;             ///< since the start
   std::uint64_t work_age_ns = 0;  ///< since the newest work came
};

struct Overview {
   std::uint64_t made_ns = 0;   ///< monotonic
   std::uint64_t uptime_ns = 0; ///< of the instance
   ServerNow server;
   std::uint64_t workers = 0;        ///< with a connection
   std::uint64_t workers_known = 0;  ///< also without
   std::uint64_t workers_banned = 0; ///< now
   std::uint64_t share_ns_mean = 0;  ///< from a share's line to its verdict, over all shares
   std::vector<AlgorithmNow> algorithms;

   [[nodiscard]] ShareCounts shares() const;
};

/// What `make_overview` cannot read from the core.
struct SinceStart {
   std::uint64_t started_ns = 0;
   std::uint64_t shares_judged = 0, judging_ns = 0;
   struct Algorithm {
      ShareCounts shares;
      RateMeter rate;
      std::uint64_t work_ns = 0; ///< when the newest work came; 0: none did
   };
   std::vector<Algorithm> algorithms;
};

[[nodiscard]] Overview make_overview(const Pool &pool, const ServerNow &server, const SinceStart &since,
                                     std::uint64_t now_ns);

/// A worker at one moment.
struct WorkerNow {
   std::string wallet, name, algorithm, agent;
   std::uint32_t connections = 0;
   Difficulty difficulty = 0; ///< of its newest connection; 0: it has none
   double hashrate = 0;
   ShareCounts shares;
   std::uint64_t first_ns = 0, seen_ns = 0, share_ns = 0; ///< monotonic; share_ns 0: never
   std::uint64_t banned_ns = 0;                           ///< for that much longer
};

struct WorkersAsked {
   std::string wallet;    ///< empty: of all
   bool connected = true; ///< only those with a connection
   std::size_t skip = 0, most = 100;
};

/// In order of wallet, name and algorithm. Milliseconds with ten thousand workers. `total`: how many there are.
[[nodiscard]] std::vector<WorkerNow> list_workers(const Pool &pool, const WorkersAsked &asked, std::uint64_t now_ns,
                                                  std::size_t &total);

} // namespace nebula::pool
