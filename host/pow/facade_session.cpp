#include "host/pow/facade_session.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

namespace nebula::host {

namespace {

/// The device's tickets leave a place after each of the consumer's, for a sample of the same age.
constexpr std::uint64_t k_ticket_max = UINT64_MAX / 2 - 1;
constexpr std::uint64_t job_ticket(std::uint64_t ticket) noexcept {
   return 2 * ticket;
}
constexpr std::uint64_t sample_ticket(std::uint64_t ticket) noexcept {
   return 2 * ticket + 1;
}
constexpr std::uint64_t cancel_ticket(std::uint64_t ticket) noexcept {
   return ticket > k_ticket_max ? UINT64_MAX : job_ticket(ticket);
}

neb_status tell(neb_error *err, neb_status status, const std::string &text) noexcept {
   if (err && err->size >= sizeof *err) {
      err->code = status;
      const std::size_t length = std::min(text.size(), sizeof err->text - 1);
      std::memcpy(err->text, text.data(), length);
      err->text[length] = '\0';
   }
   return status;
}

} // namespace

FacadeSession::FacadeSession(FacadePort &port, const neb_pow_algorithm &algorithm, std::uint64_t reference_ns,
                             std::uint32_t depth)
   : port_(port), has_epochs_(algorithm.epoch_kind != 0), depth_(depth),
     auditor_(algorithm, reference_ns, reinterpret_cast<std::uintptr_t>(this) ^ port.now_ns()) {}

FacadeSession::~FacadeSession() = default;

std::shared_ptr<DeviceSession> FacadeSession::current_device(std::string &why) {
   const std::shared_ptr<Contender> serving = port_.serving();
   if (!serving || !serving->serves()) {
      why = "no backend serves now";
      return nullptr;
   }
   if (!devices_.empty() && devices_.back()->contender() == serving)
      return devices_.back();
   // One place more than the consumer asked for, so that a sample always finds room.
   std::shared_ptr<DeviceSession> device = DeviceSession::open(serving, static_cast<std::uint32_t>(depth_) + 1, why);
   if (!device) {
      port_.condemn(serving, why, {});
      return nullptr;
   }
   attach(device);
   detach_idle(false);
   return device;
}

void FacadeSession::attach(std::shared_ptr<DeviceSession> device) {
   const std::lock_guard lock(devices_mutex_);
   if (cancelled_below_ != 0)
      device->cancel_below(cancel_ticket(cancelled_below_)); // a swap forgets no cancellation
   devices_.push_back(std::move(device));
}

/// Closes what a swap left behind, as soon as its last job is back.
void FacadeSession::detach_idle(bool newest) {
   std::vector<std::shared_ptr<DeviceSession>> idle; // closed outside the lock
   const std::lock_guard lock(devices_mutex_);
   for (std::size_t i = 0; i + (newest ? 0 : 1) < devices_.size();) {
      const auto in_flight = [&](const Flight &flight) { return flight.device == devices_[i]; };
      if (std::any_of(flights_.begin(), flights_.end(), in_flight)) {
         ++i;
         continue;
      }
      idle.push_back(std::move(devices_[i]));
      devices_.erase(devices_.begin() + static_cast<std::ptrdiff_t>(i));
   }
}

void FacadeSession::detach(const Contender &contender) {
   for (Flight &flight : flights_)
      if (flight.device && flight.device->contender().get() == &contender)
         flight.device = nullptr;
   std::vector<std::shared_ptr<DeviceSession>> ended;
   {
      const std::lock_guard lock(devices_mutex_);
      const auto last = std::stable_partition(
         devices_.begin(), devices_.end(), [&](const auto &device) { return device->contender().get() != &contender; });
      ended.assign(std::make_move_iterator(last), std::make_move_iterator(devices_.end()));
      devices_.erase(last, devices_.end());
   }
}

/// It serves nobody any more, and its jobs here come back as cancelled with nothing done.
void FacadeSession::condemn(const std::shared_ptr<DeviceSession> &device, const std::string &why, const JobCopy &job) {
   const std::shared_ptr<Contender> contender = device->contender();
   port_.condemn(contender, why, job);
   detach(*contender);
}

neb_status FacadeSession::prepare(const neb_pow_epoch &epoch, neb_error *err) {
   const std::lock_guard lock(use_);
   std::string why;
   const auto device = current_device(why);
   if (!device)
      return tell(err, NEB_E_BUSY, why);
   if (!has_epochs_)
      return NEB_OK;
   const neb_status status = device->prepare(PowEpoch::of(epoch), why);
   if (status != NEB_E_DEVICE)
      return status == NEB_OK ? status : tell(err, status, why);
   condemn(device, "lost its device while it prepared: " + why, {});
   return tell(err, NEB_E_BUSY, why); // as long as nobody serves; then its fallback prepares
}

neb_status FacadeSession::submit(const neb_pow_job &job) {
   const std::lock_guard lock(use_);
   if (!well_formed(job) || job.ticket > k_ticket_max || (last_ticket_ && job.ticket <= *last_ticket_))
      return NEB_E_INVALID;
   if (jobs_ >= depth_)
      return NEB_E_BUSY;
   std::string why;
   const auto device = current_device(why);
   if (!device)
      return NEB_E_BUSY; // one will, or the slot is emptied: then the consumer sees that
   Flight flight{device, JobCopy::of(job), {}};
   flight.given = auditor_.disguise(flight.asked);
   flight.given.ticket = job_ticket(job.ticket);
   const neb_status status = device->submit(flight.given);
   if (status == NEB_E_DEVICE) {
      condemn(device, "lost its device before a batch", flight.given);
      return NEB_E_BUSY;
   }
   if (status != NEB_OK)
      return status;
   last_ticket_ = job.ticket;
   ++jobs_;
   flights_.push_back(std::move(flight));
   give_sample(device, flights_.back().asked);
   return NEB_OK;
}

void FacadeSession::give_sample(const std::shared_ptr<DeviceSession> &device, const JobCopy &asked) {
   const auto is_sample = [](const Flight &flight) { return flight.sample; };
   if (std::any_of(flights_.begin(), flights_.end(), is_sample))
      return; // there is room for one
   auto sample = auditor_.sample(asked, port_.now_ns());
   if (!sample)
      return;
   sample->ticket = sample_ticket(asked.ticket);
   if (device->submit(*sample) == NEB_OK)
      flights_.push_back(Flight{device, *sample, *sample, true, 0});
}

/// True when `answer` is the consumer's; false: the flight was a sample.
bool FacadeSession::settle(Flight &flight, JobAnswer &answer) {
   if (!flight.device) {
      answer = {};
      answer.status = NEB_E_CANCELLED;
      return !flight.sample;
   }
   const std::shared_ptr<Contender> contender = flight.device->contender();
   const bool failed = answer.wrong.empty() && answer.status != NEB_OK && answer.status != NEB_E_CANCELLED;
   auto why = flight.sample ? auditor_.judge_sample(flight.given, answer)
                            : auditor_.judge(flight.asked, flight.given, *contender, answer);
   if (!why && failed)
      why = answer.status == NEB_E_DEVICE ? "lost its device in a batch"
                                          : "failed a batch with status " + std::to_string(answer.status);
   if (!why)
      return !flight.sample;
   condemn(flight.device, *why, flight.given);
   flight.device = nullptr;
   answer = {};
   answer.status = NEB_E_CANCELLED;
   return !flight.sample;
}

neb_status FacadeSession::wait(neb_pow_result &result, std::uint64_t timeout_ns) {
   const std::lock_guard lock(use_);
   const std::uint64_t deadline = port_.now_ns() + std::min(timeout_ns, std::uint64_t{1} << 62);
   while (jobs_ > 0) {
      Flight &front = flights_.front();
      if (!front.sample && (!result.hits || result.hit_capacity < front.asked.hit_capacity))
         return NEB_E_INVALID;
      JobAnswer answer;
      if (front.device && !front.device->contender()->serves())
         detach(*front.device->contender()); // another session found it out: believe nothing of it
      if (front.device) {
         const std::uint64_t now = port_.now_ns();
         const neb_status status = front.device->wait(front.given, deadline > now ? deadline - now : 0, answer);
         front.waited_ns += port_.now_ns() - now;
         answer.waited_ns = front.waited_ns;
         if (status == NEB_E_TIMEOUT)
            return status;
      }
      Flight flight = std::move(front);
      flights_.pop_front();
      if (!settle(flight, answer))
         continue;
      --jobs_;
      deliver(flight.asked, answer, result);
      detach_idle(false);
      return NEB_OK;
   }
   return NEB_E_STATE;
}

void FacadeSession::deliver(const JobCopy &asked, const JobAnswer &answer, neb_pow_result &result) {
   result.status = answer.status;
   result.ticket = asked.ticket;
   result.hashes_done = answer.hashes_done;
   result.device_ns = answer.device_ns;
   result.hit_count = static_cast<std::uint32_t>(answer.hits.size());
   std::copy(answer.hits.begin(), answer.hits.end(), result.hits);
}

void FacadeSession::cancel_below(std::uint64_t ticket) noexcept {
   const std::lock_guard lock(devices_mutex_);
   cancelled_below_ = std::max(cancelled_below_, ticket);
   for (const auto &device : devices_)
      device->cancel_below(cancel_ticket(ticket));
}

bool FacadeSession::leave(const Contender &contender, std::uint64_t timeout_ns) {
   {
      const std::lock_guard lock(devices_mutex_);
      for (const auto &device : devices_)
         if (device->contender().get() == &contender)
            device->cancel_below(UINT64_MAX);
   }
   const std::uint64_t deadline = port_.now_ns() + timeout_ns;
   std::unique_lock lock(use_, std::defer_lock);
   while (!lock.try_lock()) { // the consumer's call ends soon now
      if (port_.now_ns() >= deadline)
         return false;
      std::this_thread::sleep_for(std::chrono::microseconds(200));
   }
   detach(contender);
   return true;
}

void FacadeSession::tidy() {
   const std::unique_lock lock(use_, std::try_to_lock);
   if (!lock)
      return;
   const auto serving = port_.serving();
   detach_idle(!devices_.empty() && devices_.back()->contender() != serving);
}

} // namespace nebula::host
