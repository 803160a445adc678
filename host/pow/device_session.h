#pragma once

/// One open session of a real backend, with what it answers held against the contract before anybody believes it.

#include "host/pow/contender.h"
#include "host/pow/job_copy.h"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nebula::host {

/// What a job came to. `wrong`: the answer breaks the contract, and says how.
struct JobAnswer {
   neb_status status = NEB_OK; // of the job: NEB_OK, NEB_E_CANCELLED, NEB_E_DEVICE, ...
   std::uint64_t hashes_done = 0;
   std::uint64_t device_ns = 0; // as the backend says
   std::uint64_t waited_ns = 0; // as the caller measured
   std::vector<neb_pow_hit> hits;
   std::string wrong;
};

/// Not thread-safe but for cancel_below. Closes the session at its end.
class DeviceSession {
public:
   /// An error text in `why` when there is no session.
   [[nodiscard]] static std::unique_ptr<DeviceSession> open(std::shared_ptr<Contender> contender, std::uint32_t depth,
                                                            std::string &why);
   ~DeviceSession();
   DeviceSession(const DeviceSession &) = delete;
   DeviceSession &operator=(const DeviceSession &) = delete;

   [[nodiscard]] const std::shared_ptr<Contender> &contender() const noexcept { return contender_; }
   [[nodiscard]] neb_status prepare(const PowEpoch &epoch, std::string &why);
   [[nodiscard]] neb_status submit(const JobCopy &job);
   /// The answer to `job`, which is the oldest in flight. NEB_E_TIMEOUT: not yet. Anything else is a broken contract
   /// and stands in answer.wrong, with NEB_OK.
   [[nodiscard]] neb_status wait(const JobCopy &job, std::uint64_t timeout_ns, JobAnswer &answer);
   void cancel_below(std::uint64_t ticket) noexcept;

private:
   DeviceSession(std::shared_ptr<Contender> contender, neb_pow_session *session)
      : contender_(std::move(contender)), table_(contender_->table()), session_(session) {}

   std::shared_ptr<Contender> contender_;
   const neb_pow_backend *table_;
   neb_pow_session *session_;
   std::atomic<std::uint64_t> cancelled_below_{0};
};

} // namespace nebula::host
