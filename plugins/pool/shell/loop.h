#pragma once

/// One thread that waits for sockets, for other threads and for time. Everything of the pool happens on it, except
/// hashing.

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

namespace nebula::pool {

/// What a descriptor is watched by.
class Readiness {
public:
   virtual ~Readiness() = default;
   virtual void ready(std::uint32_t events) = 0; ///< EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR
};

class Loop {
public:
   Loop(); ///< throws nebula::Error when the system gives no descriptors
   ~Loop();
   Loop(const Loop &) = delete;
   Loop &operator=(const Loop &) = delete;

   /// On the loop's thread, or before it runs. `target` must live until `forget`; it may be forgotten while it is
   /// called.
   void watch(int descriptor, std::uint32_t events, Readiness *target);
   void change(int descriptor, std::uint32_t events, Readiness *target);
   void forget(int descriptor, const Readiness *target);

   /// Thread-safe: runs `task` soon, in order. Destroys it unrun once the loop has stopped.
   void post(std::function<void()> task);

   /// Until `stop`. `turn` is called after each round of events and says whether it wants to be called again at once;
   /// else at least every `idle_ms`. Rounds that follow one another closely are held apart a little, so that a load
   /// of many small events costs one wait for several of them; what is posted ends such a pause.
   void run(const std::function<bool()> &turn, int idle_ms);
   /// Thread-safe.
   void stop();

private:
   using Instant = std::chrono::steady_clock::time_point;

   void run_posted();
   /// Until `until`, or something is posted.
   void pause(Instant until) const;

   int epoll_ = -1, wake_ = -1;
   std::mutex mutex_;
   std::vector<std::function<void()>> posted_; // with mutex_
   bool stopping_ = false, ended_ = false;     // with mutex_
   // The events of the round that are still to be told, for what is forgotten in it.
   struct Event {
      Readiness *target;
      std::uint32_t events;
   };
   std::vector<Event> round_;
};

} // namespace nebula::pool
