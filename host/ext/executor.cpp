#include "ext/executor.h"

#include "ext/executor_state.h"

#include <algorithm>
#include <exception>
#include <pthread.h>
#include <sched.h>

namespace nebula::host {
namespace {

constexpr uint64_t k_slow_check_ns = 1'000'000'000;

thread_local const LaneImpl *t_lane = nullptr;

[[nodiscard]] uint32_t usable_cores() {
   cpu_set_t set;
   CPU_ZERO(&set);
   const int cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
   return cores > 0 ? static_cast<uint32_t>(cores) : std::max(1u, std::thread::hardware_concurrency());
}

/// Machine time, also under a manual clock: it only decides whose turn it is.
[[nodiscard]] int64_t machine_ns() {
   using namespace std::chrono;
   return duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count();
}

/// Runs it; the text of an exception, or empty.
[[nodiscard]] std::string run_contained(const Task &task) noexcept {
   try {
      task.function(task.user);
      return {};
   } catch (const std::exception &thrown) {
      return *thrown.what() != '\0' ? thrown.what() : "an exception without a text";
   } catch (...) {
      return "an exception of an unknown type";
   }
}

} // namespace

const LaneImpl *current_lane() noexcept {
   return t_lane;
}

Executor::Executor(Clock &clock, TimerQueue &timers) : Executor(clock, timers, Options{}) {}

Executor::Executor(Clock &clock, TimerQueue &timers, Options options)
   : state_(std::make_shared<State>(clock, timers, options)) {
   const uint32_t wanted = options.threads == 0 ? usable_cores() : options.threads;
   State *state = state_.get();
   state->workers = std::vector<State::Worker>(std::min(wanted, k_threads_max));
   for (std::size_t i = 0; i < state->workers.size(); ++i) {
      State::Worker &worker = state->workers[i];
      worker.thread = std::thread([state, &worker, i] {
         pthread_setname_np(pthread_self(), ("neb-work-" + std::to_string(i)).substr(0, 15).c_str());
         state->worker_main(worker);
      });
   }
   state->watch = timers.schedule_every(k_slow_check_ns, [state] { state->report_slow(); });
}

Executor::~Executor() {
   (void)state_->timers.cancel(state_->watch);
   {
      std::lock_guard lock(state_->mutex);
      state_->closing = true;
      state_->work.notify_all();
   }
   for (State::Worker &worker : state_->workers)
      worker.thread.join();
}

std::shared_ptr<Lane> Executor::make_lane(std::string instance) {
   return std::make_shared<LaneImpl>(state_, std::move(instance));
}

uint32_t Executor::concurrency() const noexcept {
   return static_cast<uint32_t>(state_->workers.size());
}

void Executor::on_trouble(std::function<void(const TaskTrouble &)> observer) {
   std::lock_guard lock(state_->mutex);
   state_->observer = std::move(observer);
}

uint64_t Executor::waiting() const {
   std::lock_guard lock(state_->mutex);
   return state_->waiting;
}

uint64_t Executor::completed() const {
   std::lock_guard lock(state_->mutex);
   return state_->completed;
}

void Executor::State::worker_main(Worker &self) {
   std::unique_lock lock(mutex);
   for (;;) {
      work.wait(lock, [&] { return closing || !ready.empty(); });
      if (closing)
         return;
      run_one(self, lock);
   }
}

/// The ready lane that used the least time; among equals the one that waited longest for its turn.
LaneImpl &Executor::State::choose() {
   LaneImpl *best = ready.front();
   for (LaneImpl *lane : ready)
      if (lane->used_ns_ < best->used_ns_ || (lane->used_ns_ == best->used_ns_ && lane->last_pick_ < best->last_pick_))
         best = lane;
   virtual_now = std::max(virtual_now, best->used_ns_);
   best->last_pick_ = ++picks;
   return *best;
}

void Executor::State::run_one(Worker &self, std::unique_lock<std::mutex> &lock) {
   LaneImpl &lane = choose();
   self.lane = std::static_pointer_cast<LaneImpl>(lane.shared_from_this());
   self.started_ns = clock.monotonic_ns();
   self.reported = false;
   Task task = lane.take();
   const int64_t charged = lane.typical_ns_;
   lane.used_ns_ += charged;
   lock.unlock();

   t_lane = &lane;
   const int64_t began = machine_ns();
   const std::string thrown = run_contained(task);
   const int64_t used = machine_ns() - began;
   t_lane = nullptr;

   lock.lock();
   const uint64_t ran_ns = clock.monotonic_ns() - self.started_ns;
   const bool reported = self.reported;
   lane.ended(task, charged, used);
   ++completed;
   std::shared_ptr<LaneImpl> keep = std::move(self.lane);
   self.lane = nullptr;
   lock.unlock();
   task.owner.reset();
   if (!thrown.empty())
      tell({TaskTrouble::Kind::threw, keep->instance(), ran_ns, thrown});
   if (reported)
      tell({TaskTrouble::Kind::ended, keep->instance(), ran_ns, {}});
   keep.reset(); // perhaps the last one: a lane takes the mutex when it dies
   lock.lock();
}

void Executor::State::report_slow() {
   std::vector<TaskTrouble> found;
   {
      std::lock_guard lock(mutex);
      const uint64_t now = clock.monotonic_ns();
      for (Worker &worker : workers) {
         if (!worker.lane || worker.reported || now - worker.started_ns <= options.slow_task_ns)
            continue;
         worker.reported = true;
         found.push_back({TaskTrouble::Kind::slow, worker.lane->instance(), now - worker.started_ns, {}});
      }
   }
   for (const TaskTrouble &trouble : found)
      tell(trouble);
}

void Executor::State::tell(const TaskTrouble &trouble) {
   std::function<void(const TaskTrouble &)> told;
   {
      std::lock_guard lock(mutex);
      told = observer;
   }
   if (told)
      told(trouble);
}

} // namespace nebula::host
