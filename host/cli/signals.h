#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace nebula::host::cli {

// Turns the signals a node listens to (HUP, USR1, USR2, TERM, INT) into calls on a thread of its own. Make it before
// any other thread: it blocks those signals in the calling thread, and threads inherit that.
class Signals {
public:
   Signals();
   ~Signals();
   Signals(const Signals &) = delete;
   Signals &operator=(const Signals &) = delete;

   // Starts to deliver; signals that came before are delivered first.
   void deliver_to(std::function<void(int)> received);
   // Ends the delivery; when it returns no call runs or will. Later signals stay blocked.
   void stop();

private:
   std::function<void(int)> received_;
   std::atomic<bool> stopping_{false};
   std::thread thread_;
};

} // namespace nebula::host::cli
