#include "host/isolation/session.h"

#include "host/slots/c_error.h"
#include "host/util/clock.h"

#include <nebula/pow.hpp>

#include <algorithm>
#include <cstring>

namespace nebula::host {
namespace {

constexpr std::size_t k_epochs_seen = 4;           // an algorithm keeps at least the last three
constexpr std::uint64_t k_look_up_ns = 50'000'000; // a sleeper looks whether the runner lives

std::uint64_t now_ns() {
   return RealClock().monotonic_ns();
}

bool fits(const neb_pow_epoch &epoch) {
   return epoch.key.len <= k_ring_key_max && (epoch.key.len == 0 || epoch.key.ptr);
}

void put(RingEpoch &out, const neb_pow_epoch &epoch) {
   out.height = epoch.height;
   out.key_bytes = static_cast<std::uint32_t>(epoch.key.len);
   if (epoch.key.len)
      std::memcpy(out.key, epoch.key.ptr, epoch.key.len);
}

bool well_formed(const neb_pow_job &job) {
   if ((job.nonce_bytes != 4 && job.nonce_bytes != 8) || !job.epoch || !fits(*job.epoch))
      return false;
   if (job.input.len > k_ring_input_max || (job.input.len && !job.input.ptr))
      return false;
   const bool place =
      job.nonce_offset == NEB_POW_NONCE_APPENDED || std::uint64_t{job.nonce_offset} + job.nonce_bytes <= job.input.len;
   const std::uint64_t last = nonce_max(job.nonce_bytes);
   return place && job.hit_capacity >= 1 && job.hit_capacity <= NEB_POW_HITS_MAX && job.nonce_count >= 1 &&
          job.nonce_first <= last && job.nonce_count - 1 <= last - job.nonce_first;
}

void put(RingJob &out, const neb_pow_job &job) {
   out.ticket = job.ticket;
   out.nonce_first = job.nonce_first;
   out.nonce_count = job.nonce_count;
   out.nonce_offset = job.nonce_offset;
   out.nonce_bytes = job.nonce_bytes;
   out.hit_capacity = job.hit_capacity;
   out.input_bytes = static_cast<std::uint32_t>(job.input.len);
   std::copy(std::begin(job.target), std::end(job.target), out.target);
   put(out.epoch, *job.epoch);
   if (job.input.len)
      std::memcpy(out.input, job.input.ptr, job.input.len);
}

} // namespace

IsolatedSession::IsolatedSession(std::shared_ptr<RunnerProcess> runner, Ring ring, std::uint32_t depth,
                                 Patience &patience, bool epochs)
   : runner_(std::move(runner)), ring_(std::move(ring)), depth_(depth), patience_(patience), epochs_(epochs) {
   runner_->watch(this);
}

Result<std::unique_ptr<IsolatedSession>> IsolatedSession::open(std::shared_ptr<RunnerProcess> runner, const Open &what,
                                                               Patience &patience, bool epochs) {
   Descriptor memory;
   auto ring = Ring::make(what.depth, memory);
   if (!ring)
      return ring.error();
   const std::uint64_t since = now_ns(), limit = patience.open_ns();
   const Answer answer = runner->ask(MessageKind::open, to_payload(what), memory.get(), since + limit);
   if (answer.status == NEB_E_TIMEOUT)
      runner->kill("it did not open a session within " + std::to_string(limit / 1'000'000) + " ms");
   if (answer.status == NEB_OK)
      patience.learn_open(now_ns() - since);
   if (answer.status != NEB_OK)
      return Error{answer.text.empty() ? "status " + std::to_string(answer.status) : answer.text,
                   ErrorKind::unavailable};
   return std::unique_ptr<IsolatedSession>(
      new IsolatedSession(std::move(runner), std::move(*ring), what.depth, patience, epochs));
}

IsolatedSession::~IsolatedSession() {
   runner_->unwatch(this);
   ring_.head().closing.store(1, std::memory_order_release);
   futex_ring(ring_.head().interrupt);
   futex_ring(ring_.head().doorbell);
}

/// An epoch that the session had no result of yet. The first job of a session counts in any case.
bool IsolatedSession::is_new(const neb_pow_epoch &epoch) {
   Epoch one;
   if (epochs_ && epoch.key.len)
      one.key.assign(reinterpret_cast<const char *>(epoch.key.ptr), epoch.key.len);
   one.height = epochs_ ? epoch.height : 0;
   if (std::find(seen_.begin(), seen_.end(), one) != seen_.end())
      return false;
   if (seen_.size() == k_epochs_seen)
      seen_.erase(seen_.begin());
   seen_.push_back(std::move(one));
   return true;
}

/// Something was asked or taken.
void IsolatedSession::set_active() {
   preparing_.store(calling_ ? call_new_epoch_ : !flights_.empty() && flights_.front().new_epoch,
                    std::memory_order_relaxed);
   asked_jobs_.store(jobs_, std::memory_order_relaxed);
   asked_calls_.store(calls_, std::memory_order_relaxed);
   activity_.fetch_add(1, std::memory_order_release);
}

/// Only what the runner did not answer is waited for; what nobody fetches yet is not its silence.
bool IsolatedSession::owes() const {
   const RingHead &head = ring_.head();
   return asked_jobs_.load(std::memory_order_relaxed) != head.results.load(std::memory_order_relaxed) ||
          asked_calls_.load(std::memory_order_relaxed) != head.calls_done.load(std::memory_order_relaxed);
}

std::optional<std::string> IsolatedSession::look(std::uint64_t passed_ns) {
   const std::uint32_t activity = activity_.load(std::memory_order_acquire);
   const std::uint32_t beat = ring_.head().beat.load(std::memory_order_relaxed);
   const std::uint32_t progress = progress_.load(std::memory_order_relaxed);
   const bool preparing = preparing_.load(std::memory_order_relaxed);
   const bool owing = owes();
   if (activity != looked_activity_)
      waited_ns_ = 0;
   if (!owing || activity != looked_activity_ || beat != looked_beat_ || (preparing && progress != looked_progress_)) {
      if (activity == looked_activity_ && silent_ns_ > k_tick_ns)
         patience_.learn(preparing, silent_ns_);
      silent_ns_ = 0;
   } else {
      silent_ns_ += passed_ns;
   }
   waited_ns_ = owing ? waited_ns_ + passed_ns : 0;
   looked_activity_ = activity;
   looked_beat_ = beat;
   looked_progress_ = progress;
   if (silent_ns_ > patience_.silence_ns(preparing))
      return "it made no progress for " + std::to_string(silent_ns_ / 1'000'000) + " ms in a " +
             (preparing ? "preparation" : "batch");
   if (!preparing && waited_ns_ > patience_.job_ns())
      return "it gave no result for " + std::to_string(waited_ns_ / 1'000'000'000) + " s";
   return std::nullopt;
}

neb_status IsolatedSession::call(CallKind kind, const neb_pow_epoch &epoch, neb_bytes input, RingCallAnswer &answer) {
   if (!fits(epoch) || input.len > k_ring_input_max || (input.len && !input.ptr))
      return NEB_E_INVALID;
   if (runner_->dead())
      return NEB_E_DEVICE;
   RingHead &head = ring_.head();
   head.call.kind = kind;
   head.call.input_bytes = static_cast<std::uint32_t>(input.len);
   put(head.call.epoch, epoch);
   if (input.len)
      std::memcpy(head.call.input, input.ptr, input.len);
   calling_ = true;
   call_new_epoch_ = is_new(epoch);
   const std::uint64_t since = now_ns();
   ++calls_;
   set_active();
   head.calls.store(calls_, std::memory_order_release);
   futex_ring(head.doorbell);
   bool done = false;
   while (!runner_->dead()) {
      const std::uint32_t bell = head.answer_bell.load(std::memory_order_acquire);
      if ((done = head.calls_done.load(std::memory_order_acquire) == calls_))
         break;
      futex_wait(head.answer_bell, bell, k_look_up_ns);
   }
   if (done && call_new_epoch_)
      patience_.learn(true, now_ns() - since);
   calling_ = false;
   set_active();
   if (!done)
      return NEB_E_DEVICE;
   copy_once(answer, head.call_answer);
   return answer.status;
}

neb_status IsolatedSession::prepare(const neb_pow_epoch &epoch, neb_error *err) {
   RingCallAnswer answer{};
   const neb_status status = call(CallKind::prepare, epoch, {}, answer);
   if (status == NEB_OK)
      return status;
   return fail(err, status,
               status == NEB_E_DEVICE && runner_->dead()
                  ? "its runner died: " + runner_->why()
                  : std::string(answer.text, strnlen(answer.text, sizeof answer.text)));
}

neb_status IsolatedSession::hash(const neb_pow_epoch &epoch, neb_bytes input, std::uint8_t *digest,
                                 std::uint32_t digest_bytes) {
   RingCallAnswer answer{};
   const neb_status status = call(CallKind::hash, epoch, input, answer);
   if (status == NEB_OK)
      std::memcpy(digest, answer.digest, digest_bytes);
   return status;
}

neb_status IsolatedSession::submit(const neb_pow_job &job) {
   if (!well_formed(job))
      return NEB_E_INVALID;
   if (flights_.size() >= depth_)
      return NEB_E_BUSY;
   if (runner_->dead())
      return NEB_E_DEVICE;
   RingHead &head = ring_.head();
   put(ring_.job(jobs_), job);
   flights_.push_back({job.ticket, job.hit_capacity, is_new(*job.epoch), now_ns()});
   ++jobs_;
   set_active();
   head.jobs.store(jobs_, std::memory_order_release);
   futex_ring(head.doorbell);
   return NEB_OK;
}

/// The oldest result, when it is there. False: not yet.
bool IsolatedSession::take(neb_pow_result &result) {
   RingHead &head = ring_.head();
   const Flight &flight = flights_.front();
   if (!runner_->dead()) {
      const std::uint32_t there = head.results.load(std::memory_order_acquire) - results_;
      if (there == 0)
         return false;
      const RingResult &slot = ring_.result(results_);
      RingResultHead first{};
      copy_once(first, slot.head);
      if (there <= flights_.size()) {
         ++results_;
         fill(result, first, flight, slot.hits);
         return true;
      }
      // No count can be believed any more, so none of its results can be told from another.
      runner_->kill("it broke the rules of the shared memory: more results than jobs");
   }
   result.status = NEB_E_DEVICE;
   result.ticket = flight.ticket;
   result.hashes_done = 0;
   result.device_ns = 0;
   result.hit_count = 0;
   return true;
}

/// The runner's claims as they are, for whoever judges backends; of the hits only what has a place.
void IsolatedSession::fill(neb_pow_result &result, const RingResultHead &head, const Flight &flight,
                           const neb_pow_hit *hits) {
   std::memcpy(result.hits, hits, std::min(head.hit_count, flight.hit_capacity) * sizeof *hits);
   result.status = head.status;
   result.ticket = head.ticket;
   result.hashes_done = head.hashes_done;
   result.device_ns = head.device_ns;
   result.hit_count = head.hit_count;
   const std::uint64_t took = now_ns() - flight.since_ns;
   flight.new_epoch ? patience_.learn(true, took) : patience_.learn_job(took);
}

neb_status IsolatedSession::wait(neb_pow_result &result, std::uint64_t timeout_ns) {
   if (flights_.empty())
      return NEB_E_STATE;
   if (!result.hits || result.hit_capacity < flights_.front().hit_capacity)
      return NEB_E_INVALID;
   const std::uint64_t started = now_ns();
   const std::uint64_t deadline = started + std::min(timeout_ns, UINT64_MAX - started);
   RingHead &head = ring_.head();
   for (;;) {
      const std::uint32_t bell = head.answer_bell.load(std::memory_order_acquire);
      if (take(result)) {
         flights_.pop_front();
         set_active();
         return NEB_OK;
      }
      const std::uint64_t now = now_ns();
      if (now >= deadline)
         return NEB_E_TIMEOUT;
      futex_wait(head.answer_bell, bell, std::min(deadline - now, k_look_up_ns));
   }
}

void IsolatedSession::cancel_below(std::uint64_t ticket) noexcept {
   auto &word = ring_.head().cancelled_below;
   auto now = word.load(std::memory_order_relaxed);
   while (now < ticket && !word.compare_exchange_weak(now, ticket, std::memory_order_release)) {
   }
   futex_ring(ring_.head().interrupt);
}

} // namespace nebula::host
