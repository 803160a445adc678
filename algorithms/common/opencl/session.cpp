#include "common/opencl/session.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <thread>
#include <utility>

#include "common/opencl/error.h"

namespace nebula::common::opencl {
namespace {

constexpr std::uint32_t k_zero = 0;

/// How long this thread sleeps while the device works. Short at first, for short jobs; then longer, up to a quarter of
/// a launch: with three queued, the device has more to do when this thread wakes. (Drivers' own waiting often spins, a
/// whole core for nothing.)
constexpr std::uint64_t k_pause_least_ns = 20'000, k_pause_most_ns = k_launch_ns / 4;

class Pause {
public:
   void sleep(std::uint64_t most_ns = k_pause_most_ns) {
      std::this_thread::sleep_for(std::chrono::nanoseconds(std::min(ns_, most_ns)));
      ns_ = std::min(ns_ * 2, k_pause_most_ns);
   }
   void restart() noexcept { ns_ = k_pause_least_ns; }

private:
   std::uint64_t ns_ = k_pause_least_ns;
};

/// The session ends with its last ticket.
constexpr std::uint64_t k_for_good = UINT64_MAX;

} // namespace

OpenClSession::OnDevice::OnDevice(const Device &device, const MakeWork &make, const Environment &env,
                                  std::uint64_t memory_max)
   : queue(device), work(make(queue, env, memory_max)) {
   for (Slot &slot : slots) {
      slot.copy.resize(1 + k_candidates_max);
      slot.found = queue.make_buffer(slot.copy.size() * sizeof(std::uint32_t));
   }
}

OpenClSession::OnDevice::~OnDevice() {
   queue.finish();
}

/// Waiting for what never ends would hang this thread too, and the device may still write to what it was given: so that
/// stays until the process ends.
void OpenClSession::abandon(std::unique_ptr<OnDevice> on_device) {
   static std::mutex guard;
   static auto &abandoned = *new std::vector<std::unique_ptr<OnDevice>>; // never destroyed
   const std::lock_guard lock(guard);
   abandoned.push_back(std::move(on_device));
}

OpenClSession::OpenClSession(const Device &device, const MakeWork &make, const Environment &env,
                             const neb_pow_session_config &config)
   : env_(env), on_device_(std::make_unique<OnDevice>(device, make, env, config.memory_max)), queue_(on_device_->queue),
     work_(*on_device_->work), rules_(work_.rules()), depth_max_(config.depth_max),
     size_(work_.launch_first(), work_.launch_least(), k_launch_nonces_max), tuner_(work_.local_sizes()) {
   if (env_.store)
      if (const auto remembered = env_.store->load(tuning_key()))
         tuner_.recall(*remembered);
}

OpenClSession::~OpenClSession() = default;

std::string OpenClSession::tuning_key() const {
   return concat("work-group size\n", work_.tuning_key());
}

neb_status OpenClSession::submit(const neb_pow_job &job) {
   if (jobs_.size() >= depth_max_)
      return NEB_E_BUSY;
   Pending pending;
   if (const neb_status status = take_job(job, rules_, pending.job); status != NEB_OK)
      return status;
   pending.hits.reset(pending.job.hit_capacity);
   jobs_.push_back(std::move(pending));
   if (lost_) {
      jobs_.back().end(NEB_E_DEVICE);
      return NEB_OK;
   }
   try {
      fill_queue();
   } catch (const Error &error) {
      lose_device(error.what());
   }
   return NEB_OK;
}

bool OpenClSession::cancelled(const Job &job) const noexcept {
   return job.ticket < cancel_below_.load(std::memory_order_relaxed);
}

bool OpenClSession::front_is_flying() const noexcept {
   return in_flight_ > 0 && on_device_->slots[oldest_slot_].job_index == first_index_;
}

void OpenClSession::fill_queue() {
   std::uint64_t index = first_index_;
   for (Pending &pending : jobs_) {
      if (!pending.ended && cancelled(pending.job))
         pending.end(NEB_E_CANCELLED);
      // A job of an epoch to come must wait until those before it have left the device, and so must all behind it.
      if (!pending.ended && !work_.is_ready(pending.job.epoch()))
         return;
      while (in_flight_ < k_launches_ahead && !pending.ended && pending.launched < pending.job.nonce_count)
         launch(pending, index);
      ++index;
   }
}

void OpenClSession::launch(Pending &pending, std::uint64_t index) {
   Slot &slot = on_device_->slots[(oldest_slot_ + in_flight_) % k_launches_ahead];
   const std::uint64_t left = pending.job.nonce_count - pending.launched;
   const std::uint64_t most = work_.launch_max(pending.job);
   slot.job_index = index;
   slot.first = pending.job.nonce_first + pending.launched;
   slot.count = static_cast<std::uint32_t>(std::min({size_.nonces(), most, left}));
   slot.trial = size_.settled() && slot.count == size_.nonces() && !tuner_.best();
   slot.local = tuner_.next(slot.trial);
   slot.queued_ns = env_.clock.monotonic_ns();

   slot.cleared = queue_.write(slot.found, &k_zero, sizeof k_zero);
   slot.ran = work_.launch({.job = pending.job,
                            .first = slot.first,
                            .count = slot.count,
                            .local = slot.local,
                            .found = slot.found,
                            .cleared = slot.cleared});
   slot.copied = queue_.read(slot.found, slot.copy.data(), slot.copy.size() * sizeof(std::uint32_t), slot.ran.end());
   queue_.flush();
   ++in_flight_;
   pending.launched += slot.count;
}

bool OpenClSession::oldest_is_done(std::uint64_t now_ns) {
   if (queue_.done(oldest().copied))
      return true;
   // The launch before it has just ended, or it is the first: since then it runs.
   if (now_ns - std::max(oldest().queued_ns, last_finished_ns_) > env_.launch_deadline_ns) {
      hung_ = true;
      throw OpenClError(queue_.device().name, "does not finish a launch");
   }
   return false;
}

void OpenClSession::finish_oldest(std::uint64_t now_ns) {
   Slot &slot = oldest();
   oldest_slot_ = (oldest_slot_ + 1) % k_launches_ahead;
   --in_flight_;
   last_finished_ns_ = now_ns;
   const std::uint64_t ns = queue_.duration_ns(slot.ran.first, slot.ran.end());
   measure(slot, ns);
   Pending &pending = jobs_[slot.job_index - first_index_];
   pending.device_ns += ns;
   if (!pending.ended)
      take_candidates(pending, slot);
}

void OpenClSession::measure(const Slot &slot, std::uint64_t ns) {
   if (!slot.trial) {
      size_.report(slot.count, ns);
      return;
   }
   tuner_.report(slot.local, slot.count, ns);
   if (!tuner_.best() || !env_.store || tuning_kept_)
      return;
   tuning_kept_ = true;
   try {
      const std::string text = tuner_.remembered();
      env_.store->save(tuning_key(), {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()});
   } catch (const Error &error) {
      env_.note(concat("the work-group size measured is not kept for the next start: ", error.what()));
   }
}

void OpenClSession::take_candidates(Pending &pending, Slot &slot) {
   const std::uint32_t count = slot.copy[0];
   if (count > k_candidates_max)
      throw OpenClError(queue_.device().name, "reports more candidates than there can be");
   const auto candidates = std::span(slot.copy).subspan(1, count);
   std::sort(candidates.begin(), candidates.end());
   std::array<std::uint8_t, 32> digest;
   for (std::size_t i = 0; i < candidates.size(); ++i) {
      const std::uint64_t nonce = slot.first + candidates[i];
      const bool possible = candidates[i] < slot.count && (i == 0 || candidates[i - 1] != candidates[i]);
      const Verdict verdict = possible ? work_.judge(pending.job, nonce, digest) : Verdict::wrong;
      if (verdict == Verdict::wrong)
         throw OpenClError(queue_.device().name, "reports a candidate that is none");
      if (verdict == Verdict::miss)
         continue;
      if (pending.hits.full()) {
         pending.done = nonce - pending.job.nonce_first;
         pending.end(NEB_OK);
         return;
      }
      pending.hits.add(nonce, digest);
   }
   pending.done += slot.count;
}

void OpenClSession::drain() {
   Pause pause;
   while (in_flight_ > 0) {
      const std::uint64_t now = env_.clock.monotonic_ns();
      if (oldest_is_done(now))
         finish_oldest(now);
      else
         pause.sleep();
   }
}

neb_status OpenClSession::prepare(const neb_pow_epoch &epoch, neb_error *err) {
   if (lost_)
      return fail(err, NEB_E_DEVICE, "the device was lost");
   try {
      if (work_.is_ready(epoch))
         return NEB_OK;
      drain();
      const neb_status status =
         work_.prepare(epoch, [this] { return cancel_below_.load(std::memory_order_relaxed) == k_for_good; });
      return status == NEB_OK ? NEB_OK : fail(err, status, "cancelled");
   } catch (const Error &error) {
      if (error.status() == NEB_E_DEVICE)
         lose_device(error.what());
      return fail(err, error.status(), error.what());
   }
}

void OpenClSession::prepare_front() {
   drain();
   Pending &pending = jobs_.front();
   try {
      const neb_status status = work_.prepare(pending.job.epoch(), [&] { return cancelled(pending.job); });
      if (status != NEB_OK)
         pending.end(status);
   } catch (const Error &error) {
      if (error.status() == NEB_E_DEVICE)
         throw;
      env_.note(error.what());
      pending.end(error.status());
   }
}

void OpenClSession::lose_device(std::string_view why) {
   if (!std::exchange(lost_, true))
      env_.lost(why);
   in_flight_ = 0;
   for (Pending &pending : jobs_)
      pending.end(NEB_E_DEVICE);
   if (hung_)
      abandon(std::move(on_device_));
}

neb_status OpenClSession::advance(std::uint64_t timeout_ns) {
   const std::uint64_t started = env_.clock.monotonic_ns();
   Pause pause;
   for (;;) {
      fill_queue();
      if (!front_is_flying()) {
         const Pending &front = jobs_.front();
         if (front.ended || front.launched == front.job.nonce_count)
            return NEB_OK;
         prepare_front(); // nothing else keeps it from being launched
         continue;
      }
      const std::uint64_t now = env_.clock.monotonic_ns();
      const bool done = oldest_is_done(now);
      if (done) {
         finish_oldest(now);
         pause.restart();
      }
      if (now - started >= timeout_ns && front_is_flying())
         return NEB_E_TIMEOUT;
      if (!done)
         pause.sleep(timeout_ns - (now - started));
   }
}

neb_status OpenClSession::wait(neb_pow_result &result, std::uint64_t timeout_ns) {
   if (jobs_.empty())
      return NEB_E_STATE;
   if (result.hit_capacity < jobs_.front().job.hit_capacity)
      return NEB_E_INVALID;
   if (!lost_) {
      try {
         if (advance(timeout_ns) == NEB_E_TIMEOUT)
            return NEB_E_TIMEOUT;
      } catch (const Error &error) {
         lose_device(error.what());
      }
   }
   return hand_out(result);
}

neb_status OpenClSession::hand_out(neb_pow_result &result) {
   const Pending &pending = jobs_.front();
   result.status = pending.status;
   result.ticket = pending.job.ticket;
   result.hashes_done = pending.done;
   result.device_ns = pending.device_ns;
   const neb_status status = pending.hits.hand_out(result);
   jobs_.pop_front();
   ++first_index_;
   return status;
}

void OpenClSession::cancel_below(std::uint64_t ticket) noexcept {
   std::uint64_t before = cancel_below_.load(std::memory_order_relaxed);
   while (before < ticket && !cancel_below_.compare_exchange_weak(before, ticket, std::memory_order_relaxed)) {
   }
}

} // namespace nebula::common::opencl
