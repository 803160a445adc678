#pragma once

/// A consumer's session as the consumer sees it, while the backends underneath change. New jobs go to the backend that
/// serves now; jobs in flight finish where they are; each job gives its result exactly once, in order.
///
/// What a backend answers passes the auditor first. When it lies, or its instance leaves, its jobs come back as
/// cancelled with nothing done, and the consumer hands their nonces in again: so no hit is lost, given twice or wrong.

#include "host/pow/auditor.h"
#include "host/pow/device_session.h"

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace nebula::host {

/// What the session asks of its facade.
class FacadePort {
public:
   virtual ~FacadePort() = default;
   /// The backend that serves now; nullptr: none.
   [[nodiscard]] virtual std::shared_ptr<Contender> serving() const = 0;
   /// A backend answered wrongly or failed; it must not serve any more. Returns at once.
   virtual void condemn(const std::shared_ptr<Contender> &contender, const std::string &why, const JobCopy &job) = 0;
   [[nodiscard]] virtual std::uint64_t now_ns() const = 0;
};

class FacadeSession {
public:
   FacadeSession(FacadePort &port, const neb_pow_algorithm &algorithm, std::uint64_t reference_ns, std::uint32_t depth);
   ~FacadeSession();

   // As nebula/svc/pow-backend.h says.
   [[nodiscard]] neb_status prepare(const neb_pow_epoch &epoch, neb_error *err);
   [[nodiscard]] neb_status submit(const neb_pow_job &job);
   [[nodiscard]] neb_status wait(neb_pow_result &result, std::uint64_t timeout_ns);
   void cancel_below(std::uint64_t ticket) noexcept;

   /// Ends every call into this contender's table and closes its sessions; its jobs come back as cancelled. False: the
   /// consumer was still inside after `timeout_ns`. Any thread but one that is inside this session.
   [[nodiscard]] bool leave(const Contender &contender, std::uint64_t timeout_ns);
   /// Closes sessions that a swap left without jobs, unless the consumer is inside. Any thread.
   void tidy();

private:
   struct Flight {
      std::shared_ptr<DeviceSession> device; // null: its backend left, the job comes back as cancelled
      JobCopy asked, given;
      bool sample = false;
      std::uint64_t waited_ns = 0;
   };

   [[nodiscard]] std::shared_ptr<DeviceSession> current_device(std::string &why);
   void attach(std::shared_ptr<DeviceSession> device);
   /// `newest` too: the one that new jobs would go to.
   void detach_idle(bool newest);
   void detach(const Contender &contender);
   void condemn(const std::shared_ptr<DeviceSession> &device, const std::string &why, const JobCopy &job);
   void give_sample(const std::shared_ptr<DeviceSession> &device, const JobCopy &asked);
   [[nodiscard]] bool settle(Flight &flight, JobAnswer &answer);
   void deliver(const JobCopy &asked, const JobAnswer &answer, neb_pow_result &result);

   FacadePort &port_;
   const bool has_epochs_;
   const std::size_t depth_;
   std::mutex use_;                           // held by the consumer's calls, and by leave and tidy
   Auditor auditor_;                          // guarded by use_
   std::deque<Flight> flights_;               // guarded by use_
   std::size_t jobs_ = 0;                     // guarded by use_; flights that are the consumer's
   std::optional<std::uint64_t> last_ticket_; // guarded by use_

   std::mutex devices_mutex_;                            // taken after use_; cancel_below takes it alone
   std::vector<std::shared_ptr<DeviceSession>> devices_; // guarded by both; the newest is last
   std::uint64_t cancelled_below_ = 0;                   // guarded by devices_mutex_
};

} // namespace nebula::host
