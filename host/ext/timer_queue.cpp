#include "ext/timer_queue.h"

#include <chrono>
#include <pthread.h>

namespace nebula::host {

TimerQueue::TimerQueue(Clock &clock) : clock_(clock) {
   if (clock_.is_manual())
      clock_.add_listener(this);
   else
      thread_ = std::thread([this] { thread_main(); });
}

TimerQueue::~TimerQueue() {
   if (clock_.is_manual())
      clock_.remove_listener(this);
   std::unique_lock lock(mutex_);
   closing_ = true;
   changed_.notify_all();
   changed_.wait(lock, [&] { return running_ == 0; });
   lock.unlock();
   if (thread_.joinable())
      thread_.join();
}

TimerQueue::Id TimerQueue::insert(uint64_t deadline_ns, std::function<void()> function, uint64_t period_ns) {
   std::lock_guard lock(mutex_);
   const Id id = next_id_++;
   waiting_.emplace(Key{deadline_ns, id}, Entry{std::move(function), period_ns});
   deadline_of_.emplace(id, deadline_ns);
   if (waiting_.begin()->first.second == id)
      changed_.notify_all(); // the thread waits for a later one
   return id;
}

TimerQueue::Id TimerQueue::schedule_at(uint64_t deadline_ns, std::function<void()> function) {
   return insert(deadline_ns, std::move(function), 0);
}

TimerQueue::Id TimerQueue::schedule_after(uint64_t delay_ns, std::function<void()> function) {
   const uint64_t now = clock_.monotonic_ns();
   return insert(delay_ns > UINT64_MAX - now ? UINT64_MAX : now + delay_ns, std::move(function), 0);
}

TimerQueue::Id TimerQueue::schedule_every(uint64_t period_ns, std::function<void()> function) {
   const uint64_t period = period_ns == 0 ? 1 : period_ns;
   return insert(clock_.monotonic_ns() + period, std::move(function), period);
}

bool TimerQueue::cancel(Id id) {
   std::function<void()> dropped; // its captures die without the lock
   std::unique_lock lock(mutex_);
   if (const auto place = deadline_of_.find(id); place != deadline_of_.end()) {
      const auto entry = waiting_.find(Key{place->second, id});
      dropped = std::move(entry->second.function);
      waiting_.erase(entry);
      deadline_of_.erase(place);
      return true;
   }
   if (running_ != id)
      return false;
   running_cancelled_ = true;
   if (runner_ != std::this_thread::get_id())
      changed_.wait(lock, [&] { return running_ != id; });
   return false;
}

std::size_t TimerQueue::size() const {
   std::lock_guard lock(mutex_);
   return waiting_.size();
}

uint64_t TimerQueue::next_deadline_ns() {
   std::lock_guard lock(mutex_);
   return waiting_.empty() ? UINT64_MAX : waiting_.begin()->first.first;
}

void TimerQueue::run_due() {
   std::lock_guard one_at_a_time(run_mutex_);
   std::unique_lock lock(mutex_);
   while (!closing_ && !waiting_.empty() && waiting_.begin()->first.first <= clock_.monotonic_ns()) {
      auto node = waiting_.extract(waiting_.begin());
      deadline_of_.erase(node.key().second);
      running_ = node.key().second;
      runner_ = std::this_thread::get_id();
      running_cancelled_ = false;
      lock.unlock();
      node.mapped().function();
      lock.lock();
      const Id id = running_;
      const bool again = node.mapped().period_ns != 0 && !running_cancelled_;
      if (again) {
         // From now, not from the old deadline: a machine that slept owes no backlog of calls.
         const uint64_t deadline = clock_.monotonic_ns() + node.mapped().period_ns;
         node.key().first = deadline;
         waiting_.insert(std::move(node));
         deadline_of_.emplace(id, deadline);
      } else {
         lock.unlock();
         node = {}; // captures die without the lock, and before a waiting cancel returns
         lock.lock();
      }
      running_ = 0;
      changed_.notify_all();
   }
}

void TimerQueue::thread_main() {
   pthread_setname_np(pthread_self(), "neb-timers");
   std::unique_lock lock(mutex_);
   while (!closing_) {
      if (waiting_.empty()) {
         changed_.wait(lock);
         continue;
      }
      const uint64_t next = waiting_.begin()->first.first;
      const uint64_t now = clock_.monotonic_ns();
      if (next > now) {
         constexpr uint64_t k_slice_ns = 3'600'000'000'000; // a deadline "never" would overflow the wait
         changed_.wait_for(lock, std::chrono::nanoseconds(next - now < k_slice_ns ? next - now : k_slice_ns));
         continue;
      }
      lock.unlock();
      run_due();
      lock.lock();
   }
}

} // namespace nebula::host
