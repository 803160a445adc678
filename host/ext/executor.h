#pragma once

/// The node's worker threads. Each instance has a lane; workers take tasks from the lane that used the least time
/// lately, so neither many short tasks nor a few long ones of one instance starve the others.

#include "ext/timer_queue.h"
#include "nebula/ext/executor.h"
#include "util/clock.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace nebula::host {

/// What the executor noticed about an instance's tasks.
struct TaskTrouble {
   enum class Kind {
      slow,  // a task has been running for longer than Options::slow_task_ns
      ended, // that task came to its end after all
      threw, // a task let an exception out; it counts as ended
   };
   Kind kind;
   std::string instance;
   uint64_t running_ns;
   std::string text; // for `threw`
};

class Lane;

/// Thread-safe. Every lane is closed, or given up as stuck, before it is destroyed.
class Executor {
public:
   static constexpr uint32_t k_lane_tasks_max =
      65'536; // waiting tasks and timers of one instance: 4 MiB at 64 bytes each
   static constexpr uint32_t k_threads_max = 1'024;

   struct Options {
      uint32_t threads = 0; // `executor.threads`; 0: one per core this process may use
      uint64_t slow_task_ns = 10'000'000'000;
      uint32_t lane_tasks_max = k_lane_tasks_max; // smaller in tests
   };

   Executor(Clock &clock, TimerQueue &timers, Options options);
   Executor(Clock &clock, TimerQueue &timers);
   /// Lets running tasks end and joins the workers. Waiting tasks never run.
   ~Executor();
   Executor(const Executor &) = delete;
   Executor &operator=(const Executor &) = delete;

   /// A lane that takes tasks but runs none until it is opened. It may outlive the executor.
   [[nodiscard]] std::shared_ptr<Lane> make_lane(std::string instance);

   [[nodiscard]] uint32_t concurrency() const noexcept;

   /// Who is told about slow and throwing tasks; set once before the first lane. Called without locks held, on a worker
   /// or the timer thread.
   void on_trouble(std::function<void(const TaskTrouble &)> observer);

   /// Tasks waiting in all lanes, for the host's metrics.
   [[nodiscard]] uint64_t waiting() const;
   /// Tasks run since the start.
   [[nodiscard]] uint64_t completed() const;

   struct State; // shared with the lanes

private:
   std::shared_ptr<State> state_;
};

/// The tasks of one instance. The semantics are those of nebula/ext/executor.h. Thread-safe.
class Lane : public std::enable_shared_from_this<Lane> {
public:
   virtual ~Lane() = default;

   [[nodiscard]] virtual neb_status post(neb_task_fn task, void *user) = 0;
   [[nodiscard]] virtual neb_status after(uint64_t delay_ns, neb_task_fn task, void *user, neb_timer **out) = 0;
   [[nodiscard]] virtual neb_status cancel(neb_timer *timer) = 0;
   [[nodiscard]] virtual neb_status parallel_for(uint64_t count, void (*body)(void *, uint64_t), void *user) = 0;

   /// Posts a task of the host itself on behalf of the instance: not counted against the limit, kept alive by `owner`.
   /// False when the lane is closed.
   [[nodiscard]] virtual bool post_internal(neb_task_fn task, void *user, std::shared_ptr<void> owner) = 0;

   /// Lets the tasks run (right before the instance's `start` is called).
   virtual void open() = 0;

   /// Drops the waiting tasks and timers and waits for the running ones, at most until `deadline_ns`. Afterwards the
   /// lane takes nothing (NEB_E_STATE). True when no task runs any more; false: the instance is stuck and must never be
   /// destroyed or unloaded. May be called again to wait longer. Called from a task of this lane, it does not wait for
   /// that task.
   [[nodiscard]] virtual bool close(uint64_t deadline_ns) = 0;

   [[nodiscard]] virtual bool is_open() const = 0;
   [[nodiscard]] virtual const std::string &instance() const = 0;
   [[nodiscard]] virtual uint64_t waiting() const = 0;
};

} // namespace nebula::host
