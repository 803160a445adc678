#pragma once

/// Solutions on their way to the source, and what came back. A solution that the source cannot take now waits here.

#include "core/complaints.h"
#include "core/results.h"
#include "host_view.h"
#include "work.h"

#include <deque>
#include <memory>
#include <mutex>

namespace nebula::miner {

inline constexpr std::size_t k_waiting_solutions_max = 256; // of a source that answers FULL: a quarter of its own queue

struct Solution {
   std::shared_ptr<const Work> work;
   std::shared_ptr<const Job> job;
   std::uint64_t nonce = 0;
   std::array<std::uint8_t, 32> digest{};
   std::array<std::uint8_t, 32> extra{};
};

/// Thread-safe. Outlives the miner as long as the source owes a result, therefore shared.
class Solutions : public std::enable_shared_from_this<Solutions> {
public:
   Solutions(const HostView &host, neb_slot *source, std::string worker);

   /// Hands it in, or keeps it for `retry` when the source is full; drops the oldest one kept past the limit, counted
   /// as lost.
   void hand_in(Solution solution);
   /// Hands in what waits, oldest first.
   void retry();
   /// No result touches the host after this returned.
   void close();

   [[nodiscard]] const Results &results() const noexcept { return results_; }
   /// Handed in or waiting, and not judged yet.
   [[nodiscard]] std::uint64_t pending() const;

private:
   struct Pending;
   static void on_result(void *user, const neb_work_result *result) noexcept;
   [[nodiscard]] neb_status submit(const Solution &solution);
   void judged(const Pending &pending, const neb_work_result &result);
   void lose(const char *why);
   void announce(const Pending &pending, const neb_work_result &result);
   void complain(std::int32_t outcome, std::string text);

   HostView host_;
   neb_slot *source_;
   std::string worker_;
   Results results_;
   neb_cell *cells_[7] = {}; // by outcome
   std::atomic<std::uint64_t> in_flight_{0};
   mutable std::mutex mutex_;
   std::deque<Solution> waiting_; // guarded by mutex_
   std::mutex host_mutex_;        // held while the host is called from a result
   bool closed_ = false;          // guarded by host_mutex_
   Complaints complaints_;        // guarded by host_mutex_
};

} // namespace nebula::miner
