// nebula.executor/1: tasks, timers and parallel loops on the host's worker threads.
#pragma once

#include <nebula/ext/executor.h>
#include <nebula/log.hpp>

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <mutex>

namespace nebula {

namespace detail {

// Runs what a plugin gave; what it throws is logged, for there is nobody to hand it to.
inline void run_task(const Log &log, const std::function<void()> &task) noexcept {
   neb_error err{sizeof(neb_error), NEB_OK, {0}};
   if (guarded(&err, [&] { task(); }) != NEB_OK) {
      log.error("a task failed: ", err.text);
   }
}

// What a timer's task needs. It keeps itself alive from arming until it ran or was cancelled.
struct TimerState {
   const neb_host *host;
   const neb_ext_executor *api;
   std::function<void()> task;
   neb_timer *raw = nullptr;
   std::shared_ptr<TimerState> self;

   static void run(void *user) noexcept {
      const std::shared_ptr<TimerState> state = std::move(static_cast<TimerState *>(user)->self);
      run_task(Log(state->host), state->task);
   }
};

} // namespace detail

// A task that runs once, later. Cancelled when destroyed: then the task does not run any more, nor still runs (unless
// the task itself destroys its timer). Movable.
class Timer {
public:
   Timer() noexcept = default;
   explicit Timer(std::shared_ptr<detail::TimerState> state) noexcept : state_(std::move(state)) {}
   Timer(Timer &&) noexcept = default;
   Timer &operator=(Timer &&other) noexcept {
      if (this != &other) {
         cancel();
         state_ = std::move(other.state_);
      }
      return *this;
   }
   ~Timer() { cancel(); }

   // True when the task will not run; false when it ran already (or there is none).
   // [thread-safe]
   bool cancel() noexcept {
      const std::shared_ptr<detail::TimerState> state = std::move(state_);
      if (state == nullptr || state->api->cancel(state->host, state->raw) != NEB_OK) {
         return false;
      }
      state->self.reset();
      return true;
   }

private:
   std::shared_ptr<detail::TimerState> state_;
};

// Owns the tasks it posted until they ran; those the host drops at the end of `stop` are freed with it. Keep one in the
// plugin object. All functions are [thread-safe].
class Executor {
public:
   explicit Executor(Host host)
      : host_(host.raw()), log_(host), api_(&host.require<neb_ext_executor>(NEB_EXT_EXECUTOR)) {}
   Executor(const Executor &) = delete;
   Executor &operator=(const Executor &) = delete;

   // Runs `task` once on a worker, as soon as one is free. Throws NEB_E_FULL or NEB_E_STATE. A task should end within
   // 50 ms.
   void post(std::function<void()> task) {
      Posted *posted = remember(std::move(task));
      const neb_status status = api_->post(host_, &run_posted, posted);
      if (status != NEB_OK) {
         (void)forget(posted);
         check(status, "post a task");
      }
   }

   // Runs `task` once on a worker, not before `delay` from now.
   [[nodiscard]] Timer after(std::chrono::nanoseconds delay, std::function<void()> task) {
      auto state = std::make_shared<detail::TimerState>();
      state->host = host_;
      state->api = api_;
      state->task = std::move(task);
      state->self = state;
      const uint64_t delay_ns = delay.count() < 0 ? 0 : static_cast<uint64_t>(delay.count());
      const neb_status status = api_->after(host_, delay_ns, &detail::TimerState::run, state.get(), &state->raw);
      if (status != NEB_OK) {
         state->self.reset();
         check(status, "set a timer");
      }
      return Timer(std::move(state));
   }

   // Runs body(i) for every i below `count` on the workers and this thread; returns when all are done. The first
   // exception is thrown on, after all are done.
   template <class Body>
   void parallel_for(uint64_t count, const Body &body) {
      Loop<Body> loop{body, {}, nullptr};
      check(api_->parallel_for(host_, count, &Loop<Body>::run, &loop), "run a parallel loop");
      if (loop.thrown) {
         std::rethrow_exception(loop.thrown);
      }
   }

   // Worker threads, at least 1.
   uint32_t concurrency() const noexcept { return api_->concurrency(host_); }

private:
   struct Posted {
      Executor *owner;
      std::function<void()> task;
      std::list<Posted>::iterator place;
   };

   template <class Body>
   struct Loop {
      const Body &body;
      std::mutex mutex;
      std::exception_ptr thrown;

      static void run(void *user, uint64_t index) noexcept {
         Loop &loop = *static_cast<Loop *>(user);
         try {
            loop.body(index);
         } catch (...) {
            const std::lock_guard lock(loop.mutex);
            if (!loop.thrown) {
               loop.thrown = std::current_exception();
            }
         }
      }
   };

   Posted *remember(std::function<void()> task) {
      const std::lock_guard lock(mutex_);
      posted_.push_back({this, std::move(task), {}});
      posted_.back().place = std::prev(posted_.end());
      return &posted_.back();
   }

   std::function<void()> forget(Posted *posted) noexcept {
      const std::lock_guard lock(mutex_);
      std::function<void()> task = std::move(posted->task);
      posted_.erase(posted->place);
      return task;
   }

   static void run_posted(void *user) noexcept {
      auto *posted = static_cast<Posted *>(user);
      const Log log = posted->owner->log_; // the task may be the last to use the executor
      detail::run_task(log, posted->owner->forget(posted));
   }

   const neb_host *host_;
   Log log_;
   const neb_ext_executor *api_;
   std::mutex mutex_;
   std::list<Posted> posted_; // at most as many as the host lets wait (65,536)
};

} // namespace nebula
