#pragma once

/// The runner's end of one session: a thread that takes jobs out of the shared memory and gives them to the plugin, and
/// one that brings it cancellations while the first computes.

#include "host/isolation/message.h"
#include "host/isolation/ring.h"

#include <nebula/svc/pow-backend.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace nebula::host {

class RunnerSession {
public:
   /// One of the two tables; called on the session's thread with how the opening went, once.
   struct Subject {
      const neb_pow_backend *backend = nullptr;
      const neb_pow_algorithm *algorithm = nullptr;
   };
   using Opened = std::function<void(const Answer &)>;

   RunnerSession(Ring ring, Open what, Subject subject, Opened opened);
   /// close() was called, or the host closed it; waits for the threads.
   ~RunnerSession();
   RunnerSession(const RunnerSession &) = delete;
   RunnerSession &operator=(const RunnerSession &) = delete;

   /// Ends it as the host would.
   void close() noexcept;
   [[nodiscard]] bool ended() const noexcept { return ended_.load(std::memory_order_acquire); }

private:
   struct Flight {
      std::uint64_t ticket;
      std::uint32_t hit_capacity;
      neb_status refused; // NEB_OK: the plugin has it
   };

   void serve();
   void watch_interrupts();
   [[nodiscard]] Answer open();
   void apply_cancel();
   void take_jobs();
   [[nodiscard]] neb_status give(const RingJob &job);
   void answer_oldest();
   void answer_call();
   void beat() noexcept { ring_.head().beat.fetch_add(1, std::memory_order_relaxed); }
   [[nodiscard]] bool closing() const noexcept { return ring_.head().closing.load(std::memory_order_acquire) != 0; }

   const Ring ring_;
   const Open what_;
   const Subject subject_;
   const Opened opened_;
   neb_pow_session *session_ = nullptr; // set before the second thread starts
   std::deque<Flight> flights_;         // session's thread only, as all below
   std::vector<std::uint8_t> input_;
   void *scratch_ = nullptr;
   std::uint32_t jobs_ = 0, results_ = 0, calls_ = 0;
   std::mutex cancel_mutex_;
   std::uint64_t cancelled_below_ = 0; // guarded by cancel_mutex_
   std::atomic<bool> ended_{false};
   std::thread interrupts_, thread_; // last
};

} // namespace nebula::host
