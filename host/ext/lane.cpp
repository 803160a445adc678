#include "ext/executor_state.h"

#include <algorithm>

namespace nebula::host {

LaneImpl::~LaneImpl() {
   std::lock_guard lock(state_->mutex);
   leave_ready();
   state_->waiting -= waiting_;
}

void LaneImpl::make_ready() {
   if (in_ready_ || phase_ != Phase::open || !has_work())
      return;
   used_ns_ = std::max(used_ns_, state_->virtual_now); // time spent idle is not saved up
   in_ready_ = true;
   state_->ready.push_back(this);
}

void LaneImpl::leave_ready() {
   if (in_ready_)
      std::erase(state_->ready, this);
   in_ready_ = false;
}

void LaneImpl::push(Task task) {
   queue_.push_back(std::move(task));
   make_ready();
   if (phase_ == Phase::open)
      state_->work.notify_one();
}

Task LaneImpl::take() {
   Task task;
   if (!jobs_.empty()) {
      const std::shared_ptr<ParallelJob> job = jobs_.front();
      if (--job->helpers_wanted == 0) {
         jobs_.pop_front();
         job->listed = false;
      }
      task.function = [](void *user) { static_cast<ParallelJob *>(user)->work(); };
      task.user = job.get();
      task.owner = job;
   } else {
      task = std::move(queue_.front());
      queue_.pop_front();
   }
   if (task.counted) {
      --waiting_;
      --state_->waiting;
   }
   if (task.timer != nullptr) {
      task.timer->state = neb_timer::State::running;
      task.timer->runner = std::this_thread::get_id();
   }
   ++running_;
   if (!has_work())
      leave_ready();
   return task;
}

void LaneImpl::ended(const Task &task, int64_t charged_ns, int64_t used_ns) {
   --running_;
   used_ns_ += used_ns - charged_ns;
   typical_ns_ += (used_ns - typical_ns_) / 8;
   if (task.timer != nullptr) {
      task.timer->state = neb_timer::State::done;
      if (!task.timer->handed_out)
         timers_.erase(task.timer);
   }
   if (task.timer != nullptr || phase_ == Phase::closed)
      state_->ended.notify_all();
}

neb_status LaneImpl::post(neb_task_fn task, void *user) {
   if (task == nullptr)
      return NEB_E_INVALID;
   std::lock_guard lock(state_->mutex);
   if (phase_ == Phase::closed)
      return NEB_E_STATE;
   if (waiting_ >= state_->options.lane_tasks_max)
      return NEB_E_FULL;
   ++waiting_;
   ++state_->waiting;
   push({task, user, nullptr, nullptr, true});
   return NEB_OK;
}

bool LaneImpl::post_internal(neb_task_fn task, void *user, std::shared_ptr<void> owner) {
   std::lock_guard lock(state_->mutex);
   if (phase_ == Phase::closed)
      return false;
   push({task, user, std::move(owner), nullptr, false});
   return true;
}

neb_status LaneImpl::after(uint64_t delay_ns, neb_task_fn task, void *user, neb_timer **out) {
   if (task == nullptr)
      return NEB_E_INVALID;
   auto timer = std::make_shared<neb_timer>();
   timer->function = task;
   timer->user = user;
   timer->handed_out = out != nullptr;
   std::lock_guard lock(state_->mutex);
   if (phase_ == Phase::closed)
      return NEB_E_STATE;
   if (waiting_ >= state_->options.lane_tasks_max || timers_.size() >= state_->options.lane_tasks_max)
      return NEB_E_FULL;
   ++waiting_;
   ++state_->waiting;
   timers_.emplace(timer.get(), timer);
   // The function takes this mutex, so it sees the id that is stored here.
   timer->id = state_->timers.schedule_after(
      delay_ns, [self = std::static_pointer_cast<LaneImpl>(shared_from_this()), timer] { self->fire(timer); });
   if (out != nullptr)
      *out = timer.get();
   return NEB_OK;
}

void LaneImpl::fire(const std::shared_ptr<neb_timer> &timer) {
   std::lock_guard lock(state_->mutex);
   if (timer->state != neb_timer::State::waiting)
      return; // cancelled or dropped meanwhile
   timer->state = neb_timer::State::queued;
   push({timer->function, timer->user, timer, timer.get(), true});
}

neb_status LaneImpl::cancel(neb_timer *handle) {
   std::unique_lock lock(state_->mutex);
   const auto found = timers_.find(handle);
   if (found == timers_.end() || !handle->handed_out)
      return NEB_E_INVALID; // cancelled before, or never given out
   const std::shared_ptr<neb_timer> timer = found->second;
   timers_.erase(found);
   timer->handed_out = false;
   const neb_timer::State was = timer->state;
   if (was == neb_timer::State::running && timer->runner != std::this_thread::get_id())
      state_->ended.wait(lock, [&] { return timer->state == neb_timer::State::done; });
   if (was == neb_timer::State::running || was == neb_timer::State::done)
      return NEB_E_GONE;
   if (was == neb_timer::State::dropped)
      return NEB_OK;
   timer->state = neb_timer::State::dropped;
   --waiting_;
   --state_->waiting;
   if (was == neb_timer::State::queued) {
      std::erase_if(queue_, [&](const Task &task) { return task.timer == timer.get(); });
      if (!has_work())
         leave_ready();
   }
   lock.unlock();
   if (was == neb_timer::State::waiting)
      (void)state_->timers.cancel(timer->id); // outside the lock: it may wait for `fire`, which takes it
   return NEB_OK;
}

neb_status LaneImpl::parallel_for(uint64_t count, void (*body)(void *, uint64_t), void *user) {
   if (body == nullptr || count > UINT64_MAX / 2)
      return NEB_E_INVALID;
   if (count == 0)
      return NEB_OK;
   const auto job = std::make_shared<ParallelJob>(count, body, user);
   {
      std::lock_guard lock(state_->mutex);
      const uint64_t others = state_->workers.size() - (current_lane() != nullptr ? 1 : 0);
      job->helpers_wanted = std::min<uint64_t>(others, count - 1);
      if (phase_ == Phase::open && job->helpers_wanted != 0) {
         job->place = jobs_.insert(jobs_.end(), job);
         job->listed = true;
         make_ready();
         if (job->helpers_wanted == 1)
            state_->work.notify_one();
         else
            state_->work.notify_all();
      }
   }
   job->work();
   {
      std::lock_guard lock(state_->mutex); // helpers that did not come are not wanted any more
      if (job->listed) {
         jobs_.erase(job->place);
         job->listed = false;
         if (!has_work())
            leave_ready();
      }
   }
   job->wait();
   if (job->failure().empty())
      return NEB_OK;
   state_->tell({TaskTrouble::Kind::threw, instance_, 0, job->failure()});
   return NEB_E_FAIL;
}

void LaneImpl::open() {
   std::lock_guard lock(state_->mutex);
   if (phase_ != Phase::held)
      return;
   phase_ = Phase::open;
   make_ready();
   state_->work.notify_all();
}

bool LaneImpl::close(uint64_t deadline_ns) {
   std::deque<Task> dropped; // their owners die without the lock
   std::vector<TimerQueue::Id> ids;
   std::unique_lock lock(state_->mutex);
   if (phase_ != Phase::closed) {
      phase_ = Phase::closed;
      leave_ready();
      dropped.swap(queue_);
      for (const auto &job : jobs_)
         job->listed = false; // the caller of parallel_for finishes alone
      jobs_.clear();
      for (auto it = timers_.begin(); it != timers_.end();) {
         neb_timer &timer = *it->second;
         if (timer.state == neb_timer::State::waiting)
            ids.push_back(timer.id);
         if (timer.state == neb_timer::State::waiting || timer.state == neb_timer::State::queued)
            timer.state = neb_timer::State::dropped;
         const bool keep = timer.handed_out || timer.state == neb_timer::State::running;
         it = keep ? std::next(it) : timers_.erase(it);
      }
      state_->waiting -= waiting_;
      waiting_ = 0;
   }
   lock.unlock();
   for (const TimerQueue::Id id : ids)
      (void)state_->timers.cancel(id);
   dropped.clear();
   lock.lock();
   const uint64_t own = current_lane() == this ? 1 : 0;
   return state_->clock.wait_until(state_->ended, lock, deadline_ns, [&] { return running_ <= own; });
}

bool LaneImpl::is_open() const {
   std::lock_guard lock(state_->mutex);
   return phase_ == Phase::open;
}

uint64_t LaneImpl::waiting() const {
   std::lock_guard lock(state_->mutex);
   return waiting_;
}

} // namespace nebula::host
