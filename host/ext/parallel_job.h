#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>

namespace nebula::host {

/// One parallel_for: indices are claimed one by one by the caller and by workers that come to help. The caller can
/// always finish alone, so nesting cannot deadlock: a thread waits only for indices that another thread is inside of.
class ParallelJob {
public:
   ParallelJob(uint64_t count, void (*body)(void *, uint64_t), void *user) : count_(count), body_(body), user_(user) {}

   /// Claims and runs indices until none is left. `user` is not touched after all indices are done.
   void work() noexcept {
      for (uint64_t index; (index = next_.fetch_add(1, std::memory_order_relaxed)) < count_;) {
         call(index);
         if (done_.fetch_add(1, std::memory_order_acq_rel) + 1 == count_) {
            std::lock_guard lock(mutex_);
            all_done_.notify_all();
         }
      }
   }

   void wait() {
      std::unique_lock lock(mutex_);
      all_done_.wait(lock, [&] { return done_.load(std::memory_order_acquire) == count_; });
   }

   /// What the first exception said; empty when none was thrown. After `wait`.
   [[nodiscard]] const std::string &failure() const noexcept { return failure_; }

   uint64_t helpers_wanted = 0;                               // guarded by the executor
   bool listed = false;                                       // guarded by the executor
   std::list<std::shared_ptr<ParallelJob>>::iterator place{}; // while listed

private:
   void call(uint64_t index) noexcept {
      try {
         body_(user_, index);
      } catch (const std::exception &thrown) {
         note(thrown.what());
      } catch (...) {
         note("an exception of an unknown type");
      }
   }
   void note(const char *text) noexcept {
      std::lock_guard lock(mutex_);
      if (failure_.empty())
         failure_ = *text != '\0' ? text : "an exception without a text";
   }

   const uint64_t count_;
   void (*const body_)(void *, uint64_t);
   void *const user_;
   std::atomic<uint64_t> next_{0};
   std::atomic<uint64_t> done_{0};
   std::mutex mutex_;
   std::condition_variable all_done_;
   std::string failure_;
};

} // namespace nebula::host
