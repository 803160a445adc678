#pragma once

/// One session on a device: takes pieces of the current work, has them hashed, hands in what was found. It runs as
/// tasks of the host's executor, one batch each (processors), or on a thread of its own (devices that work by
/// themselves).

#include "core/batch_sizer.h"
#include "host_view.h"
#include "work.h"

#include <nebula/svc/pow-backend.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace nebula::miner {

class Device;

class Lane {
public:
   /// `own_thread`: of a device that hashes by itself; it then has two batches in flight so that it never idles.
   Lane(Device &device, bool own_thread);
   ~Lane();
   Lane(const Lane &) = delete;
   Lane &operator=(const Lane &) = delete;

   /// There may be something to do. Thread-safe.
   void wake();
   /// Ends what is in flight and was given before this call; `for_good`: also a preparation, and whatever comes later.
   /// Thread-safe.
   void cancel(bool for_good = false);
   /// True when the lane does nothing now, waiting for it at most until `deadline_ns`. Only when nobody wakes it.
   [[nodiscard]] bool wait_parked(std::uint64_t deadline_ns);
   /// Ends the thread and closes the session; parked. [main]
   void close();

private:
   enum State { k_parked, k_running, k_again }; // k_again: woken while running

   struct Flight {
      std::uint64_t ticket;
      std::shared_ptr<Work> work;
      Assignment assignment;
      std::uint64_t since_ns;
   };
   using Backend = Entered<neb_pow_backend>;

   static void on_task(void *user) noexcept { static_cast<Lane *>(user)->slice(); }
   void schedule();
   void thread_main();
   void slice();
   /// One batch; false: nothing to do until woken.
   [[nodiscard]] bool step();
   [[nodiscard]] bool ensure_session(const Backend &backend);
   [[nodiscard]] bool ensure_epoch(const Backend &backend, const Work &work);
   [[nodiscard]] bool launch(const Backend &backend);
   [[nodiscard]] bool assign(const std::shared_ptr<Work> &work, Assignment &out);
   [[nodiscard]] bool collect(const Backend &backend);
   void settle(const Flight &flight, const neb_pow_result &result);
   void abandon(const Backend &backend);
   void fail(const Backend &backend, const char *what, neb_status status, const neb_error *error);

   Device &device_;
   const HostView &host_;
   const bool own_thread_;
   const std::size_t depth_;
   std::atomic<int> state_{k_parked};
   std::atomic<std::uint64_t> ticket_{0}; // of the newest job

   // Touched by the running slice only.
   BatchSizer sizer_;
   std::deque<Flight> flights_;
   std::vector<std::pair<std::shared_ptr<Work>, Assignment>> rest_; // pieces that came back unfinished
   std::vector<neb_pow_hit> hits_;
   Epoch prepared_;
   bool has_prepared_ = false;
   std::uint64_t not_before_ns_ = 0; // after a failure
   std::uint64_t last_end_ns_ = 0;

   std::mutex mutex_;
   std::condition_variable changed_;
   neb_pow_session *session_ = nullptr; // written under mutex_, by the running slice or close
   std::uint64_t generation_ = 0;       // like session_
   bool runnable_ = false;              // guarded by mutex_; own thread only
   bool quit_ = false;                  // guarded by mutex_
   std::thread thread_;
};

} // namespace nebula::miner
