#pragma once

/// The session of every CPU backend: a queue of jobs that are scanned inside `wait`, on the thread that calls it.

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>

#include "common/hit_list.h"
#include "common/pow_backend.h"
#include "common/pow_job.h"

namespace nebula::common {

/// What differs between CPU backends: how a piece of a job is scanned.
class Scanner {
public:
   virtual ~Scanner() = default;

   /// Makes an epoch ready, ahead of its jobs.
   [[nodiscard]] virtual neb_status prepare(const neb_pow_epoch &, neb_error *) { return NEB_OK; }

   /// A new job; `job` stays where it is until the next begin. A failure becomes the job's result.
   [[nodiscard]] virtual neb_status begin(const Job &job) = 0;

   /// Scans some nonces from `first`, at least one and at most `count`, and so few that it takes well under 1 ms where
   /// one hash does. Adds their hits. Returns how many nonces are done: fewer than asked also when the next hit did
   /// not fit, then up to and without that nonce. Precondition: count >= 1.
   [[nodiscard]] virtual std::uint64_t scan(std::uint64_t first, std::uint64_t count, HitList &hits) = 0;

   /// Set by the last scan: it stopped before a hit that did not fit.
   [[nodiscard]] virtual bool overflowed() const noexcept = 0;
};

class CpuSession final : public Session {
public:
   CpuSession(std::unique_ptr<Scanner> scanner, JobRules rules, std::uint32_t depth_max);

   [[nodiscard]] neb_status prepare(const neb_pow_epoch &epoch, neb_error *err) override;
   [[nodiscard]] neb_status submit(const neb_pow_job &job) override;
   [[nodiscard]] neb_status wait(neb_pow_result &result, std::uint64_t timeout_ns) override;
   void cancel_below(std::uint64_t ticket) noexcept override;

private:
   [[nodiscard]] bool cancelled(const Job &job) const noexcept;
   /// The status the oldest job ended with, or NEB_E_TIMEOUT while it has not.
   [[nodiscard]] neb_status run(const Job &job, std::uint64_t timeout_ns);

   std::unique_ptr<Scanner> scanner_;
   JobRules rules_;
   std::uint32_t depth_max_;
   std::deque<Job> jobs_; ///< the oldest is the one under way; at most depth_max_
   std::atomic<std::uint64_t> cancel_below_{0};

   // Of the job under way. It may take several calls of `wait`.
   bool begun_ = false;
   std::uint64_t done_ = 0;
   std::uint64_t elapsed_ns_ = 0;
   HitList hits_;
};

} // namespace nebula::common
