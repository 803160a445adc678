#include "common/cpu_session.h"

#include <chrono>
#include <utility>

namespace nebula::common {
namespace {

/// Only measures and limits how long this thread computes, so it is the processor's clock and not the node's.
[[nodiscard]] std::uint64_t now_ns() noexcept {
   return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
         .count());
}

} // namespace

CpuSession::CpuSession(std::unique_ptr<Scanner> scanner, JobRules rules, std::uint32_t depth_max)
   : scanner_(std::move(scanner)), rules_(rules), depth_max_(depth_max) {}

neb_status CpuSession::prepare(const neb_pow_epoch &epoch, neb_error *err) {
   return scanner_->prepare(epoch, err);
}

neb_status CpuSession::submit(const neb_pow_job &job) {
   if (jobs_.size() >= depth_max_)
      return NEB_E_BUSY;
   Job taken;
   if (const neb_status status = take_job(job, rules_, taken); status != NEB_OK)
      return status;
   jobs_.push_back(std::move(taken));
   return NEB_OK;
}

bool CpuSession::cancelled(const Job &job) const noexcept {
   return job.ticket < cancel_below_.load(std::memory_order_relaxed);
}

neb_status CpuSession::run(const Job &job, std::uint64_t timeout_ns) {
   if (cancelled(job))
      return NEB_E_CANCELLED;
   const std::uint64_t started = now_ns();
   if (!begun_) {
      hits_.reset(job.hit_capacity);
      if (const neb_status status = scanner_->begin(job); status != NEB_OK)
         return status;
      begun_ = true;
   }
   neb_status status = NEB_E_TIMEOUT;
   std::uint64_t spent = 0;
   do {
      if (cancelled(job)) {
         status = NEB_E_CANCELLED;
         break;
      }
      done_ += scanner_->scan(job.nonce_first + done_, job.nonce_count - done_, hits_);
      if (done_ == job.nonce_count || scanner_->overflowed())
         status = NEB_OK;
      spent = now_ns() - started;
   } while (status == NEB_E_TIMEOUT && spent < timeout_ns);
   elapsed_ns_ += spent;
   return status;
}

neb_status CpuSession::wait(neb_pow_result &result, std::uint64_t timeout_ns) {
   if (jobs_.empty())
      return NEB_E_STATE;
   const Job &job = jobs_.front();
   if (result.hit_capacity < job.hit_capacity)
      return NEB_E_INVALID;
   const neb_status status = run(job, timeout_ns);
   if (status == NEB_E_TIMEOUT)
      return NEB_E_TIMEOUT;
   result.status = status;
   result.ticket = job.ticket;
   result.hashes_done = done_;
   result.device_ns = elapsed_ns_;
   const neb_status handed = hits_.hand_out(result);
   jobs_.pop_front();
   begun_ = false;
   done_ = elapsed_ns_ = 0;
   hits_.reset(0);
   return handed;
}

void CpuSession::cancel_below(std::uint64_t ticket) noexcept {
   std::uint64_t before = cancel_below_.load(std::memory_order_relaxed);
   while (before < ticket && !cancel_below_.compare_exchange_weak(before, ticket, std::memory_order_relaxed)) {
   }
}

} // namespace nebula::common
