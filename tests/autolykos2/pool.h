#pragma once

/// Two threads that run posted tasks, as a host's executor does.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace nebula::test {

class Pool {
public:
   Pool() {
      for (unsigned i = 0; i < k_threads; ++i)
         threads_.emplace_back([this] { run(); });
   }
   /// Tasks that did not begin yet are dropped.
   ~Pool() {
      {
         const std::lock_guard lock(mutex_);
         over_ = true;
      }
      changed_.notify_all();
      for (std::thread &thread : threads_)
         thread.join();
   }
   void post(std::function<void()> task) {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
      changed_.notify_one();
   }
   static constexpr unsigned k_threads = 2;

private:
   void run() {
      for (;;) {
         std::unique_lock lock(mutex_);
         changed_.wait(lock, [this] { return over_ || !tasks_.empty(); });
         if (over_)
            return;
         const std::function<void()> task = std::move(tasks_.front());
         tasks_.pop_front();
         lock.unlock();
         task();
      }
   }

   std::mutex mutex_;
   std::condition_variable changed_;
   std::deque<std::function<void()>> tasks_;
   bool over_ = false;
   std::vector<std::thread> threads_;
};

} // namespace nebula::test
