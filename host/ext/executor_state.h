#pragma once

/// The inside of the executor, shared by executor.cpp and lane.cpp. One mutex guards everything: a task is milliseconds
/// of work, taking one is tens of nanoseconds.

#include "ext/executor.h"
#include "ext/parallel_job.h"

#include <condition_variable>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace nebula::host {

class LaneImpl;

struct Task {
   neb_task_fn function = nullptr;
   void *user = nullptr;
   std::shared_ptr<void> owner; // kept until the task ended: the host's own tasks, and timers
   neb_timer *timer = nullptr;
   bool counted = false; // against the lane's limit
};

struct Executor::State {
   Clock &clock;
   TimerQueue &timers;
   const Options options;

   mutable std::mutex mutex;
   std::condition_variable work;  // a lane became ready, or closing
   std::condition_variable ended; // a task ended, or a timer's state changed
   bool closing = false;
   std::vector<LaneImpl *> ready; // open lanes with something to run
   int64_t virtual_now = 0;       // the time used by the lane that was last chosen
   uint64_t picks = 0;
   uint64_t waiting = 0;
   uint64_t completed = 0;
   std::function<void(const TaskTrouble &)> observer;

   struct Worker {
      std::thread thread;
      std::shared_ptr<LaneImpl> lane; // whose task runs now
      uint64_t started_ns = 0;
      bool reported = false;
   };
   std::vector<Worker> workers;
   TimerQueue::Id watch = 0;

   State(Clock &c, TimerQueue &t, Options o) : clock(c), timers(t), options(o) {}

   void worker_main(Worker &self);
   void run_one(Worker &self, std::unique_lock<std::mutex> &lock);
   void report_slow();
   void tell(const TaskTrouble &trouble);
   [[nodiscard]] LaneImpl &choose();
};

class LaneImpl final : public Lane {
public:
   LaneImpl(std::shared_ptr<Executor::State> state, std::string instance)
      : state_(std::move(state)), instance_(std::move(instance)) {}
   ~LaneImpl() override;

   [[nodiscard]] neb_status post(neb_task_fn task, void *user) override;
   [[nodiscard]] neb_status after(uint64_t delay_ns, neb_task_fn task, void *user, neb_timer **out) override;
   [[nodiscard]] neb_status cancel(neb_timer *timer) override;
   [[nodiscard]] neb_status parallel_for(uint64_t count, void (*body)(void *, uint64_t), void *user) override;
   [[nodiscard]] bool post_internal(neb_task_fn task, void *user, std::shared_ptr<void> owner) override;
   void open() override;
   [[nodiscard]] bool close(uint64_t deadline_ns) override;
   [[nodiscard]] bool is_open() const override;
   [[nodiscard]] const std::string &instance() const override { return instance_; }
   [[nodiscard]] uint64_t waiting() const override;

private:
   friend struct Executor::State;
   enum class Phase { held, open, closed };

   // All of these are called with the state's mutex held.
   [[nodiscard]] Task take();
   void push(Task task);
   void make_ready();
   void leave_ready();
   [[nodiscard]] bool has_work() const { return !queue_.empty() || !jobs_.empty(); }
   void ended(const Task &task, int64_t charged_ns, int64_t used_ns);

   void fire(const std::shared_ptr<neb_timer> &timer);

   const std::shared_ptr<Executor::State> state_;
   const std::string instance_;

   Phase phase_ = Phase::held;
   std::deque<Task> queue_;
   std::list<std::shared_ptr<ParallelJob>> jobs_; // that still want helpers
   std::unordered_map<neb_timer *, std::shared_ptr<neb_timer>> timers_;
   uint64_t waiting_ = 0; // tasks and timers that count against the limit
   uint64_t running_ = 0;
   bool in_ready_ = false;
   int64_t used_ns_ = 0;    // virtual time, never behind Executor::State::virtual_now when it becomes ready
   int64_t typical_ns_ = 0; // moving average of a task's time; what a task is charged while it runs
   uint64_t last_pick_ = 0;
};

/// The lane whose task the calling thread runs, or NULL.
[[nodiscard]] const LaneImpl *current_lane() noexcept;

} // namespace nebula::host

/// A timer's record. Guarded by the executor's mutex.
struct neb_timer {
   enum class State { waiting, queued, running, done, dropped };

   neb_task_fn function = nullptr;
   void *user = nullptr;
   State state = State::waiting;
   bool handed_out = false; // somebody must cancel it
   nebula::host::TimerQueue::Id id = 0;
   std::thread::id runner;
};
