#pragma once

/// A function called again and again on the host's executor, with a pause between the calls, until stopped.

#include "host_view.h"

#include <functional>
#include <mutex>

namespace nebula::miner {

class Ticker {
public:
   Ticker(const HostView &host, std::uint64_t period_ns, std::function<void()> tick)
      : host_(host), period_ns_(period_ns), tick_(std::move(tick)) {}

   /// The first call comes after one period. NEB_OK or what the executor says.
   [[nodiscard]] neb_status start();
   /// When it returns the function does not run and will not. Not from inside the function.
   void stop();

private:
   static void on_timer(void *user) noexcept;
   neb_status arm();

   HostView host_;
   std::uint64_t period_ns_;
   std::function<void()> tick_;
   std::mutex mutex_;
   neb_timer *timer_ = nullptr; // guarded by mutex_
   bool running_ = false;       // guarded by mutex_
};

} // namespace nebula::miner
