#pragma once

/// One thread that runs functions in the order they were given.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace nebula::host {

class TaskThread {
public:
   TaskThread() : thread_([this] { run(); }) {}
   /// Ends after the function that runs now; the rest is dropped.
   ~TaskThread() { stop(); }
   TaskThread(const TaskThread &) = delete;
   TaskThread &operator=(const TaskThread &) = delete;

   void post(std::function<void()> task) {
      const std::lock_guard lock(mutex_);
      if (stopping_)
         return;
      tasks_.push_back(std::move(task));
      changed_.notify_all();
   }

   /// Runs a function there and waits for its end. Not from the thread itself. False: it was dropped.
   bool call(const std::function<void()> &task) {
      bool done = false;
      post([&] {
         task();
         const std::lock_guard lock(mutex_);
         done = true;
         changed_.notify_all();
      });
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return done || ended_; });
      return done;
   }

   void stop() {
      {
         const std::lock_guard lock(mutex_);
         stopping_ = true;
         changed_.notify_all();
      }
      if (thread_.joinable())
         thread_.join();
   }

private:
   void run() {
      std::unique_lock lock(mutex_);
      for (;;) {
         changed_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
         if (stopping_)
            break;
         const std::function<void()> task = std::move(tasks_.front());
         tasks_.pop_front();
         lock.unlock();
         task();
         lock.lock();
      }
      ended_ = true;
      changed_.notify_all();
   }

   std::mutex mutex_;
   std::condition_variable changed_;
   std::deque<std::function<void()>> tasks_; // guarded by mutex_, as all below
   bool stopping_ = false;
   bool ended_ = false;
   std::thread thread_; // last: it uses the others
};

} // namespace nebula::host
