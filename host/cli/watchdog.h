#pragma once

#include "host/node/main_loop.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace nebula::host::cli {

// Tells the service manager that the main thread is alive, as often as it asks; nothing without one.
class Watchdog {
public:
   explicit Watchdog(MainLoop &loop);
   ~Watchdog();
   Watchdog(const Watchdog &) = delete;
   Watchdog &operator=(const Watchdog &) = delete;

private:
   std::mutex mutex_;
   std::condition_variable ending_;
   bool ended_ = false;
   std::thread thread_;
};

} // namespace nebula::host::cli
