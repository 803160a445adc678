#pragma once

/// Runs gates beside the thread that decides: a backend that is slow to answer its first job, or never answers it,
/// keeps nobody waiting but itself.

#include "host/pow/gate.h"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace nebula::host {

inline constexpr std::size_t k_gates_max = 8; // at once; each may hold the memory of one session

/// Thread-safe.
class Gatekeeper {
public:
   /// What a gate found; called on its thread before anybody is told that it ended.
   using Judge = std::function<void(const std::shared_ptr<Contender> &contender, const GateReport &report)>;
   /// A gate ended that nobody waited for.
   using Ended = std::function<void()>;

   Gatekeeper(Judge judge, Ended ended) : judge_(std::move(judge)), ended_(std::move(ended)) {}
   /// Waits for every gate; each ends soon once its contender is gone.
   ~Gatekeeper();
   Gatekeeper(const Gatekeeper &) = delete;
   Gatekeeper &operator=(const Gatekeeper &) = delete;

   /// Starts the gate, unless it is under way. False: too many are, or the machine has no room for it.
   [[nodiscard]] bool start(const std::shared_ptr<Contender> &contender, std::shared_ptr<const AlgorithmEntry> entry);
   /// True: no gate of this contender is under way (any more), at most `timeout_ns` from now.
   [[nodiscard]] bool wait(const Contender &contender, std::uint64_t timeout_ns);
   [[nodiscard]] bool idle() const;
   /// Waits until it is idle and `ended` was called where it had to be.
   void settle();

private:
   struct Run {
      std::thread thread;
      std::size_t waiting = 0;
   };

   void run(const std::shared_ptr<Contender> &contender, const AlgorithmEntry &algorithm);
   void join_ended();

   const Judge judge_;
   const Ended ended_;
   mutable std::mutex mutex_;
   std::condition_variable changed_;
   std::map<const Contender *, Run> runs_; // guarded by mutex_, as all below
   std::size_t ending_ = 0;                // no longer among the runs, and about to call ended_
   std::vector<std::thread> to_join_;
};

} // namespace nebula::host
