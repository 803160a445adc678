#pragma once

/// The work source as the pool uses it: its templates become values on the loop's thread, solutions go back.

#include "loop.h"

#include "core/pool.h"

#include <nebula/health.hpp>
#include <nebula/log.hpp>
#include <nebula/services.hpp>
#include <nebula/svc/work-source.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace nebula::pool {

/// What became of a solution.
struct SolutionResult {
   std::int32_t outcome = NEB_WORK_LOST; ///< NEB_WORK_...
   std::uint8_t algorithm = 0;
   bool block = false;        ///< the solution met the network's target
   std::uint64_t receipt = 0; ///< of the solution's share
   std::uint64_t height = 0;
   std::string block_id, text, worker;
};

class Source {
public:
   using OnWork = std::function<void(std::uint8_t algorithm, Template work)>;
   using OnResult = std::function<void(const SolutionResult &)>;

   /// Both are called on the loop's thread.
   Source(Host host, std::string instance, Loop &loop, Log log, OnWork on_work, OnResult on_result);
   ~Source();

   /// [main & in init] Throws when there is no such instance.
   void find();
   /// What it gives work for; empty while it is not running.
   [[nodiscard]] std::vector<std::string> algorithms() const;
   /// [main] Follows the algorithms by their names, over every change of the source, until `unfollow`.
   void follow(std::vector<std::string> algorithms);
   void unfollow();

   /// Thread-safe.
   bool derive(std::uint64_t template_id, std::span<const std::uint8_t> extranonce, Input &out) const;
   void submit(const Solution &solution);

private:
   struct Watch;
   void subscribe();

   Services services_;
   Health health_;
   std::string instance_;
   Loop &loop_;
   Log log_;
   OnWork on_work_;
   OnResult on_result_;
   Slot<neb_work_source> slot_;
   std::vector<std::string> algorithms_;
   std::mutex mutex_;                            // subscribe and unfollow
   std::vector<std::unique_ptr<Watch>> watches_; // with mutex_; those of earlier occupants too, for late calls
   std::uint64_t generation_ = 0;                // with mutex_
   bool ended_ = false;                          // with mutex_
};

} // namespace nebula::pool
