#include "host/cli/watchdog.h"

#include "host/cli/service_manager.h"

namespace nebula::host::cli {

Watchdog::Watchdog(MainLoop &loop) {
   const auto interval = watchdog_interval();
   if (interval.count() == 0) {
      return;
   }
   thread_ = std::thread([this, interval, &loop] {
      std::unique_lock lock(mutex_);
      while (!ending_.wait_for(lock, interval, [this] { return ended_; })) {
         loop.post([] { notify_service_manager("WATCHDOG=1"); });
      }
   });
}

Watchdog::~Watchdog() {
   if (thread_.joinable()) {
      {
         const std::lock_guard lock(mutex_);
         ended_ = true;
      }
      ending_.notify_all();
      thread_.join();
   }
}

} // namespace nebula::host::cli
