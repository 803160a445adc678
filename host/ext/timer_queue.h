#pragma once

#include "util/clock.h"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace nebula::host {

/// Calls short functions at points of the node's monotonic time: the one place where the host waits for time to pass.
/// With a real clock they run on a thread of the queue; with a manual clock inside `ManualClock::advance`.
/// Thread-safe. A function may schedule and cancel, and must not block: it hands longer work to the executor.
class TimerQueue final : public ClockListener {
public:
   using Id = uint64_t; // never 0, never used twice

   explicit TimerQueue(Clock &clock);
   ~TimerQueue() override; // waits for a function that is running; the rest never run
   TimerQueue(const TimerQueue &) = delete;
   TimerQueue &operator=(const TimerQueue &) = delete;

   /// Functions due at the same time run in the order of their scheduling.
   Id schedule_at(uint64_t deadline_ns, std::function<void()> function);
   Id schedule_after(uint64_t delay_ns, std::function<void()> function);
   /// Calls `function` every `period_ns` until cancelled.
   Id schedule_every(uint64_t period_ns, std::function<void()> function);

   /// True when it was still waiting and will never run. False when it ran, or runs now: then it has ended when this
   /// returns, unless called from the function itself. A periodic function never runs again either way.
   bool cancel(Id id);

   [[nodiscard]] std::size_t size() const;

   [[nodiscard]] uint64_t next_deadline_ns() override;
   void clock_moved() override { run_due(); }

private:
   struct Entry {
      std::function<void()> function;
      uint64_t period_ns;
   };
   using Key = std::pair<uint64_t, Id>; // deadline, then age

   Id insert(uint64_t deadline_ns, std::function<void()> function, uint64_t period_ns);
   void run_due();
   void thread_main();

   Clock &clock_;
   mutable std::mutex mutex_;
   std::condition_variable changed_;
   std::map<Key, Entry> waiting_;
   std::map<Id, uint64_t> deadline_of_;
   Id next_id_ = 1;
   Id running_ = 0; // the function that runs now, if any
   std::thread::id runner_;
   bool running_cancelled_ = false;
   bool closing_ = false;
   std::mutex run_mutex_; // one function at a time
   std::thread thread_;
};

} // namespace nebula::host
