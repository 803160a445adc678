#include "ticker.h"

#include <utility>

namespace nebula::miner {

neb_status Ticker::arm() {
   return host_.executor->after(host_.host, period_ns_, &Ticker::on_timer, this, &timer_);
}

neb_status Ticker::start() {
   const std::lock_guard lock(mutex_);
   const neb_status status = arm();
   running_ = status == NEB_OK;
   return status;
}

void Ticker::stop() {
   neb_timer *timer = nullptr;
   {
      const std::lock_guard lock(mutex_);
      running_ = false;
      timer = std::exchange(timer_, nullptr);
   }
   if (timer)
      (void)host_.executor->cancel(host_.host, timer); // waits for a call that runs now
}

void Ticker::on_timer(void *user) noexcept {
   auto *self = static_cast<Ticker *>(user);
   self->tick_();
   neb_timer *finished = nullptr;
   {
      const std::lock_guard lock(self->mutex_);
      if (!self->running_)
         return; // stop() holds the handle
      finished = std::exchange(self->timer_, nullptr);
      self->running_ = self->arm() == NEB_OK;
   }
   if (finished)
      (void)self->host_.executor->cancel(self->host_.host, finished); // frees the handle; this task ran
}

} // namespace nebula::miner
