#include "host/isolation/runner_session.h"

#include "host/slots/c_error.h"

#include <cstdlib>
#include <cstring>
#include <sys/prctl.h>

namespace nebula::host {
namespace {

// How long the plugin may keep the session's thread in one `wait`. A processor backend computes in there; a device only
// sleeps, and must be given the next job before it has nothing to do.
constexpr std::uint64_t k_cpu_turn_ns = 50'000'000;
constexpr std::uint64_t k_device_turn_ns = 1'000'000;
constexpr std::uint64_t k_idle_ns = 1'000'000'000;
constexpr std::size_t k_scratch_align = 64;
constexpr std::uint64_t k_scratch_max = std::uint64_t{64} << 20; // the contract's

neb_pow_epoch epoch_of(const RingEpoch &epoch) {
   return {{epoch.key, std::min(epoch.key_bytes, k_ring_key_max)}, epoch.height};
}

neb_bytes input_of(const std::uint8_t *input, std::uint32_t bytes) {
   return {input, std::min(bytes, k_ring_input_max)};
}

} // namespace

RunnerSession::RunnerSession(Ring ring, Open what, Subject subject, Opened opened)
   : ring_(std::move(ring)), what_(what), subject_(subject), opened_(std::move(opened)), thread_([this] { serve(); }) {}

RunnerSession::~RunnerSession() {
   thread_.join();
}

void RunnerSession::close() noexcept {
   ring_.head().closing.store(1, std::memory_order_release);
   futex_ring(ring_.head().interrupt);
   futex_ring(ring_.head().doorbell);
}

Answer RunnerSession::open() {
   Answer answer;
   if (subject_.algorithm) {
      const std::uint64_t bytes = std::min(subject_.algorithm->scratch_bytes, k_scratch_max);
      if (bytes) {
         scratch_ =
            std::aligned_alloc(k_scratch_align, (bytes + k_scratch_align - 1) / k_scratch_align * k_scratch_align);
         answer.status = scratch_ ? NEB_OK : NEB_E_NO_MEMORY;
      }
      return answer;
   }
   neb_pow_session_config config{};
   config.size = sizeof config;
   config.depth_max = what_.depth;
   config.memory_max = what_.memory_max;
   auto err = make_error();
   answer.status = subject_.backend->open(subject_.backend, &config, &session_, &err);
   answer.text = text_of(err);
   if (answer.status == NEB_OK && !session_)
      answer.status = NEB_E_FAIL;
   return answer;
}

void RunnerSession::serve() {
   prctl(PR_SET_NAME, "session");
   const Answer answer = open();
   opened_(answer);
   if (answer.status == NEB_OK) {
      RingHead &head = ring_.head();
      interrupts_ = std::thread([this] { watch_interrupts(); });
      while (!closing()) {
         const std::uint32_t bell = head.doorbell.load(std::memory_order_acquire);
         apply_cancel();
         take_jobs();
         if (head.calls.load(std::memory_order_acquire) != calls_)
            answer_call();
         else if (!flights_.empty())
            answer_oldest();
         else
            futex_wait(head.doorbell, bell, k_idle_ns);
      }
      interrupts_.join();
      if (session_)
         subject_.backend->close(subject_.backend, session_);
   }
   std::free(scratch_);
   ended_.store(true, std::memory_order_release);
}

void RunnerSession::watch_interrupts() {
   prctl(PR_SET_NAME, "session cancel");
   RingHead &head = ring_.head();
   while (!closing()) {
      const std::uint32_t bell = head.interrupt.load(std::memory_order_acquire);
      apply_cancel();
      if (!closing())
         futex_wait(head.interrupt, bell, k_idle_ns);
   }
   if (session_)
      subject_.backend->cancel_below(subject_.backend, session_, UINT64_MAX);
}

/// On either thread: a job is never given to the plugin before a cancellation that the host sent earlier.
void RunnerSession::apply_cancel() {
   if (!session_)
      return;
   const std::uint64_t below = ring_.head().cancelled_below.load(std::memory_order_acquire);
   const std::lock_guard lock(cancel_mutex_);
   if (below <= cancelled_below_)
      return;
   cancelled_below_ = below;
   subject_.backend->cancel_below(subject_.backend, session_, below);
}

void RunnerSession::take_jobs() {
   const std::uint32_t there = ring_.head().jobs.load(std::memory_order_acquire);
   while (session_ && jobs_ != there && flights_.size() < what_.depth) {
      const RingJob &job = ring_.job(jobs_++);
      flights_.push_back({job.ticket, job.hit_capacity, give(job)});
      beat();
   }
}

neb_status RunnerSession::give(const RingJob &given) {
   const neb_pow_epoch epoch = epoch_of(given.epoch);
   neb_pow_job job{};
   job.size = sizeof job;
   job.nonce_offset = given.nonce_offset;
   job.ticket = given.ticket;
   job.epoch = &epoch;
   job.input = input_of(given.input, given.input_bytes);
   job.nonce_bytes = given.nonce_bytes;
   job.hit_capacity = given.hit_capacity;
   job.nonce_first = given.nonce_first;
   job.nonce_count = given.nonce_count;
   std::memcpy(job.target, given.target, sizeof job.target);
   return subject_.backend->submit(subject_.backend, session_, &job);
}

/// Lets the plugin work on the oldest job for one turn.
void RunnerSession::answer_oldest() {
   const Flight &flight = flights_.front();
   RingResult &slot = ring_.result(results_);
   neb_pow_result result{};
   result.size = sizeof result;
   result.hits = slot.hits;
   result.hit_capacity = flight.hit_capacity;
   neb_status status = NEB_OK;
   if (flight.refused != NEB_OK) {
      result.ticket = flight.ticket;
      result.status = flight.refused;
   } else {
      const std::uint64_t turn = subject_.backend->lanes == 0 ? k_cpu_turn_ns : k_device_turn_ns;
      status = subject_.backend->wait(subject_.backend, session_, &result, turn);
      beat();
      if (status == NEB_E_TIMEOUT)
         return;
   }
   slot.head.ticket = status == NEB_OK ? result.ticket : flight.ticket;
   slot.head.hashes_done = result.hashes_done;
   slot.head.device_ns = result.device_ns;
   slot.head.status = status == NEB_OK ? result.status : NEB_E_DEVICE; // a plugin that breaks the contract of `wait`
   slot.head.hit_count = status == NEB_OK ? result.hit_count : 0;
   flights_.pop_front();
   ring_.head().results.store(++results_, std::memory_order_release);
   futex_ring(ring_.head().answer_bell);
}

void RunnerSession::answer_call() {
   RingHead &head = ring_.head();
   const neb_pow_epoch epoch = epoch_of(head.call.epoch);
   RingCallAnswer answer{};
   if (head.call.kind == CallKind::hash && subject_.algorithm) {
      answer.status = subject_.algorithm->hash(
         subject_.algorithm, &epoch, input_of(head.call.input, head.call.input_bytes), answer.digest, scratch_);
   } else if (head.call.kind == CallKind::prepare) {
      auto err = make_error();
      answer.status = subject_.algorithm ? subject_.algorithm->prepare(subject_.algorithm, &epoch, &err)
                                         : subject_.backend->prepare(subject_.backend, session_, &epoch, &err);
      std::memcpy(answer.text, err.text, std::min(sizeof answer.text, sizeof err.text) - 1);
   } else {
      answer.status = NEB_E_UNSUPPORTED;
   }
   beat();
   head.call_answer = answer;
   head.calls_done.store(++calls_, std::memory_order_release);
   futex_ring(head.answer_bell);
}

} // namespace nebula::host
