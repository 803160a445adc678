#pragma once

/// Watches one call into a plugin on the main thread. The call cannot be interrupted; what can be done is to say who
/// blocks the node, while it does.

#include "host/ext/timer_queue.h"
#include "host/log/log.h"

#include <cstdint>
#include <memory>
#include <string>

namespace nebula::host {

class CallWatch {
public:
   /// When the watch still lives after `limit_ns`, `log` gets an error naming the function, once.
   CallWatch(TimerQueue &timers, LogSource &log, std::string function, std::uint64_t limit_ns)
      : timers_(timers), id_(timers.schedule_after(limit_ns, [&log, function = std::move(function), limit_ns] {
           log.error("has been in " + function + " for " + std::to_string(limit_ns / 1'000'000'000) +
                     " s and blocks the node's main thread");
        })) {}
   ~CallWatch() { timers_.cancel(id_); }
   CallWatch(const CallWatch &) = delete;
   CallWatch &operator=(const CallWatch &) = delete;

private:
   TimerQueue &timers_;
   const TimerQueue::Id id_;
};

} // namespace nebula::host
