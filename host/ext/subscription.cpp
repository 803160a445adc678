#include "ext/subscription.h"

using nebula::host::Bus;
using nebula::host::Clock;
using nebula::host::EventRef;
using nebula::host::Lane;

namespace {
/// Events delivered before the worker goes back to the other instances.
constexpr int k_batch = 16;
} // namespace

neb_subscription::neb_subscription(Clock &clock, std::shared_ptr<Lane> lane, std::string pattern, uint32_t depth,
                                   int32_t policy, neb_event_fn on_event, void *user,
                                   std::shared_ptr<std::atomic<uint64_t>> dropped_total)
   : clock_(clock), lane_(std::move(lane)), pattern_(std::move(pattern)), depth_(depth), policy_(policy),
     on_event_(on_event), user_(user), dropped_total_(std::move(dropped_total)) {}

bool neb_subscription::full(uint64_t size) const {
   return queue_.size() >= depth_ || (!queue_.empty() && queue_bytes_ + size > Bus::k_queue_bytes_max);
}

EventRef neb_subscription::pop() {
   EventRef event = std::move(queue_.front());
   queue_.pop_front();
   queue_bytes_ -= event->size;
   return event;
}

void neb_subscription::count_drop() {
   dropped_.fetch_add(1, std::memory_order_relaxed);
   dropped_total_->fetch_add(1, std::memory_order_relaxed);
}

void neb_subscription::offer(EventRef event, uint64_t deadline_ns) {
   std::deque<EventRef> let_go; // freed without the lock
   std::unique_lock lock(mutex_);
   if (closed_)
      return;
   if (full(event->size) && policy_ == NEB_EVENTS_BLOCK) {
      const bool own_callback = in_callback_ && deliverer_ == std::this_thread::get_id();
      if (!own_callback && lane_->is_open())
         clock_.wait_until(changed_, lock, deadline_ns, [&] { return closed_ || !full(event->size); });
      if (closed_)
         return;
   }
   if (full(event->size) && policy_ == NEB_EVENTS_DROP_NEW) {
      count_drop();
      return;
   }
   while (full(event->size)) {
      let_go.push_back(pop());
      count_drop();
   }
   queue_bytes_ += event->size;
   queue_.push_back(std::move(event));
   if (!scheduled_)
      scheduled_ = lane_->post_internal(&deliver, this, shared_from_this());
}

void neb_subscription::deliver(void *self) {
   static_cast<neb_subscription *>(self)->deliver_some();
}

void neb_subscription::deliver_some() {
   std::unique_lock lock(mutex_);
   for (int i = 0; i < k_batch && !closed_ && !queue_.empty(); ++i) {
      EventRef event = pop();
      in_callback_ = true;
      deliverer_ = std::this_thread::get_id();
      lock.unlock();
      struct Ended { // also when the callback throws, which the executor reports
         neb_subscription &self;
         std::unique_lock<std::mutex> &lock;
         bool returned = false;
         ~Ended() {
            lock.lock();
            self.in_callback_ = false;
            self.changed_.notify_all();
            if (!returned)
               self.scheduled_ = !self.closed_ && !self.queue_.empty() &&
                                 self.lane_->post_internal(&deliver, &self, self.shared_from_this());
         }
      };
      {
         Ended ended{*this, lock};
         on_event_(user_, &event->view);
         event.reset();
         ended.returned = true;
      }
   }
   scheduled_ = !closed_ && !queue_.empty() && lane_->post_internal(&deliver, this, shared_from_this());
}

void neb_subscription::cut_off() {
   std::deque<EventRef> let_go;
   std::lock_guard lock(mutex_);
   closed_ = true;
   let_go.swap(queue_);
   queue_bytes_ = 0;
   changed_.notify_all();
}

void neb_subscription::close() {
   cut_off();
   std::unique_lock lock(mutex_);
   const bool from_callback = in_callback_ && deliverer_ == std::this_thread::get_id();
   if (!from_callback)
      changed_.wait(lock, [&] { return !in_callback_; });
}
