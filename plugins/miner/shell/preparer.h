#pragma once

/// Makes epochs ready in the background, the current one first and then the next one, so that no lane, no stop and no
/// new template waits for a dataset. One thread and one session for each device whose sessions share their epochs.

#include "host_view.h"
#include "work.h"

#include <nebula/svc/pow-backend.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace nebula::miner {

class Preparer {
public:
   /// `ready()` is called whenever an epoch became ready, `failed(text)` when one cannot.
   Preparer(const HostView &host, neb_slot *backend, std::function<void()> ready,
            std::function<void(const std::string &)> failed)
      : host_(host), slot_(backend), ready_(std::move(ready)), failed_(std::move(failed)) {}
   ~Preparer() { stop(); }

   /// True when the backend of this generation is ready for `work`; else it starts to make it so. Thread-safe.
   [[nodiscard]] bool admits(std::uint64_t generation, const Work &work);
   /// What the lanes wait for is being made ready. Thread-safe.
   [[nodiscard]] bool busy();
   /// Tries again what failed. Thread-safe.
   void retry();
   /// Ends a preparation under way (as fast as the backend can) and the thread.
   void stop();

private:
   void run();
   /// The current goal is not reached. With the lock.
   [[nodiscard]] bool due() const;
   /// The session of the occupant; opens it when the occupant is another one.
   [[nodiscard]] bool open(const Entered<neb_pow_backend> &backend, neb_error &error);
   [[nodiscard]] neb_status prepare(const Epoch &epoch, std::uint64_t &generation, neb_error &error);
   void finish(const Epoch &epoch, std::uint64_t generation, neb_status status, const neb_error &error, bool ahead);
   void close();

   struct Goal {
      Epoch epoch, next;
      bool asked = false;
   };

   HostView host_;
   neb_slot *slot_;
   std::function<void()> ready_;
   std::function<void(const std::string &)> failed_;
   std::mutex mutex_;
   std::condition_variable wake_;
   std::thread thread_;                   // guarded by mutex_
   bool stopping_ = false;                // guarded by mutex_
   bool failing_ = false;                 // guarded by mutex_; until retry
   Goal goal_;                            // guarded by mutex_
   Epoch done_, done_ahead_;              // guarded by mutex_; what done_generation_ is ready for
   std::uint64_t done_generation_ = 0;    // guarded by mutex_; 0: nothing is ready
   neb_pow_session *session_ = nullptr;   // guarded by mutex_ where another thread may cancel
   std::uint64_t session_generation_ = 0; // like session_
};

} // namespace nebula::miner
