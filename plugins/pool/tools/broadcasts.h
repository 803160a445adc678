#pragma once

/// Which broadcast a job belongs to. A broadcast is new work that all miners get; it begins with the first one that
/// does and is complete when all have it, or newer work. No I/O, and no clock.
///
/// Miners are read one after the other, so some have the next broadcast's job before others were heard with this one's.
/// What tells them apart: a job's mark; each miner gets them in their order; and whoever's socket was empty after a
/// broadcast had begun gets nothing older than that.

#include "histogram.h"
#include "miner.h"

#include <cstdint>
#include <vector>

namespace nebula::pool {

class Broadcasts {
public:
   struct Summary {
      std::uint64_t all = 0;
      std::uint64_t incomplete = 0; ///< someone got neither its work nor newer
      std::uint64_t overtaken = 0;  ///< someone got newer work instead of its
      Histogram took;               ///< from the first miner to the last one
      Histogram each;               ///< the same, to each miner
   };

   explicit Broadcasts(std::size_t miners) : miners_(miners) {}

   /// The miner has its first job since it connected.
   void joined(std::uint32_t miner, WorkMark mark, std::uint64_t now_ns);
   void left(std::uint32_t miner);
   /// It has got another one. `retargeted`: with another difficulty, which may be all that is new. `empty_ns`: the last
   /// time at which nothing more was there to be read from it.
   void job(std::uint32_t miner, WorkMark mark, bool retargeted, std::uint64_t empty_ns, std::uint64_t now_ns);

   /// Those that begin from now on are in the summary, or are not any more.
   void count(bool yes) { counting_ = yes; }
   /// Whether one was under way at some time of these. Its begin is known only from the first job that arrives.
   [[nodiscard]] bool under_way(std::uint64_t from_ns, std::uint64_t until_ns) const;
   /// Whether someone still has to get the work of the last one.
   [[nodiscard]] bool unfinished(std::uint64_t now_ns) const;
   [[nodiscard]] Summary summary(std::uint64_t now_ns) const;

   /// Of a miner that has just come, nobody knows whether it was given the work of a broadcast at its login or gets it
   /// with the others: only those that have been there this long count.
   static constexpr std::uint64_t k_settled_ns = 1'000'000'000;
   /// After so long without another one, jobs that few miners got were no broadcast: their difficulty changed, or the
   /// pool repeated itself.
   static constexpr std::uint64_t k_alone_ns = 250'000'000;

private:
   struct Broadcast {
      std::uint64_t first_ns = 0, last_ns = 0;
      std::uint64_t reached = 0, wanted = 0;
      WorkMark mark;
      bool counted = false, overtaken = false;
   };
   /// It is to get those after `seen`, and has all up to it, unless it had no part in them.
   struct State {
      std::uint64_t ready_ns = 0; ///< 0: it is not there
      std::uint64_t job_ns = 0;
      std::size_t seen = 0; ///< number of a broadcast; the first one is 1
      bool apart = false;   ///< it had no part in that one
      bool own = false;     ///< its last job may have been for it alone
      WorkMark mark;
   };

   [[nodiscard]] Broadcast &at(std::size_t number) { return broadcasts_[number - 1]; }
   [[nodiscard]] std::size_t last() const { return broadcasts_.size(); }
   [[nodiscard]] bool may_have(const State &state, WorkMark mark, std::uint64_t now_ns) const;
   [[nodiscard]] bool had(const State &state, WorkMark mark) const;
   [[nodiscard]] std::size_t which(const State &state, WorkMark mark, std::uint64_t empty_ns);
   [[nodiscard]] static bool alone(const Broadcast &one, std::uint64_t now_ns);
   void forget_alone(std::uint64_t now_ns);
   void begin(const State &first, WorkMark mark, std::uint64_t now_ns);
   void reach(State &state, std::size_t number, std::uint64_t now_ns);

   std::vector<State> miners_;
   std::vector<Broadcast> broadcasts_;
   Histogram each_;
   bool counting_ = false;
};

} // namespace nebula::pool
