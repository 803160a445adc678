#include "host/node/main_loop.h"

namespace nebula::host {

bool MainLoop::post(std::function<void()> function) {
   {
      const std::lock_guard lock(mutex_);
      if (quitting_ || waiting_.size() >= k_waiting_max)
         return false;
      waiting_.push_back(std::move(function));
   }
   changed_.notify_one();
   return true;
}

std::function<void()> MainLoop::next(bool wait) {
   std::unique_lock lock(mutex_);
   if (wait)
      changed_.wait(lock, [this] { return quitting_ || !waiting_.empty(); });
   if (quitting_ || waiting_.empty())
      return {};
   auto function = std::move(waiting_.front());
   waiting_.pop_front();
   return function;
}

void MainLoop::run() {
   while (auto function = next(true))
      function();
   // Callers that wait for what was dropped must not wait for the loop's end.
   std::deque<std::function<void()>> dropped;
   const std::lock_guard lock(mutex_);
   dropped.swap(waiting_);
}

std::size_t MainLoop::run_waiting() {
   std::size_t ran = 0;
   while (auto function = next(false)) {
      function();
      ++ran;
   }
   return ran;
}

void MainLoop::quit() {
   {
      const std::lock_guard lock(mutex_);
      quitting_ = true;
   }
   changed_.notify_all();
}

} // namespace nebula::host
