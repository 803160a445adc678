#pragma once

/// Two threads that run posted tasks, as a host's executor does.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace nebula::test {

class WorkerPool {
public:
   WorkerPool() {
      for (unsigned i = 0; i < 2; ++i)
         threads_.emplace_back([this] { run(); });
   }
   ~WorkerPool() {
      {
         const std::lock_guard lock(mutex_);
         over_ = true;
      }
      changed_.notify_all();
      for (std::thread &thread : threads_)
         thread.join();
   }
   WorkerPool(const WorkerPool &) = delete;
   WorkerPool &operator=(const WorkerPool &) = delete;

   void post(std::function<void()> task) {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
      changed_.notify_all();
   }
   /// Until no task waits or runs.
   void settle() {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return tasks_.empty() && running_ == 0; });
   }

private:
   void run() {
      std::unique_lock lock(mutex_);
      for (;;) {
         changed_.wait(lock, [this] { return over_ || !tasks_.empty(); });
         if (over_)
            return;
         std::function<void()> task = std::move(tasks_.front());
         tasks_.pop_front();
         ++running_;
         lock.unlock();
         task();
         task = nullptr; // what it holds ends before it counts as done
         lock.lock();
         --running_;
         changed_.notify_all();
      }
   }

   std::mutex mutex_;
   std::condition_variable changed_;
   std::deque<std::function<void()>> tasks_;
   unsigned running_ = 0;
   bool over_ = false;
   std::vector<std::thread> threads_;
};

} // namespace nebula::test
