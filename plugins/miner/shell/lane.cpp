#include "lane.h"

#include "device.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace nebula::miner {

namespace {

constexpr std::uint32_t k_hits = 32;                // per batch; a source that admits more gets them in turns
constexpr std::uint64_t k_wait_ns = 1'000'000'000;  // one turn of waiting for a device
constexpr std::uint64_t k_retry_ns = 1'000'000'000; // after a failure
constexpr std::size_t k_own_thread_depth = 2;       // one batch runs while the next one waits

} // namespace

Lane::Lane(Device &device, bool own_thread)
   : device_(device), host_(device.shared().host), own_thread_(own_thread), depth_(own_thread ? k_own_thread_depth : 1),
     sizer_(device.shared().config.batch_ns, 0), hits_(k_hits) {
   if (own_thread_)
      thread_ = std::thread([this] { thread_main(); });
}

Lane::~Lane() {
   close();
}

void Lane::wake() {
   int state = state_.load();
   for (;;) {
      if (state == k_again)
         return;
      if (state_.compare_exchange_weak(state, state == k_parked ? k_running : k_again)) {
         if (state == k_parked)
            schedule();
         return;
      }
   }
}

void Lane::schedule() {
   if (own_thread_) {
      const std::lock_guard lock(mutex_);
      runnable_ = true;
      changed_.notify_all();
   } else if (host_.executor->post(host_.host, &Lane::on_task, this) != NEB_OK) {
      const std::lock_guard lock(mutex_);
      state_.store(k_parked); // the next tick wakes it
      changed_.notify_all();
   }
}

void Lane::thread_main() {
   std::unique_lock lock(mutex_);
   for (;;) {
      changed_.wait(lock, [this] { return runnable_ || quit_; });
      if (!runnable_)
         return;
      runnable_ = false;
      lock.unlock();
      slice();
      lock.lock();
   }
}

void Lane::slice() {
   if (step())
      return schedule();
   {
      const std::lock_guard lock(mutex_);
      int expected = k_running;
      if (state_.compare_exchange_strong(expected, k_parked)) {
         changed_.notify_all();
         return;
      }
      state_.store(k_running); // woken meanwhile: look again
   }
   schedule();
}

bool Lane::wait_parked(std::uint64_t deadline_ns) {
   std::unique_lock lock(mutex_);
   while (state_.load() != k_parked) {
      if (host_.now_ns() >= deadline_ns)
         return false;
      changed_.wait_for(lock, std::chrono::milliseconds(5));
   }
   return true;
}

void Lane::cancel(bool for_good) {
   // A job with a later ticket reads the work after this point, so it is about what holds now.
   const std::uint64_t newest = ticket_.load();
   const std::lock_guard lock(mutex_);
   if (!session_)
      return;
   const Backend backend(host_, device_.slot());
   if (backend && backend.generation() == generation_)
      backend->cancel_below(backend.get(), session_, for_good ? UINT64_MAX : newest + 1);
}

void Lane::close() {
   {
      const std::lock_guard lock(mutex_);
      quit_ = true;
      changed_.notify_all();
   }
   if (thread_.joinable())
      thread_.join();
   const Backend backend(host_, device_.slot());
   abandon(backend);
}

/// Closes the session; what is in flight on it is lost, its nonces are never handed in twice.
void Lane::abandon(const Backend &backend) {
   neb_pow_session *session = nullptr;
   std::uint64_t generation = 0;
   {
      const std::lock_guard lock(mutex_);
      session = std::exchange(session_, nullptr);
      generation = generation_;
   }
   flights_.clear();
   has_prepared_ = false;
   if (session && backend && backend.generation() == generation)
      backend->close(backend.get(), session);
}

void Lane::fail(const Backend &backend, const char *what, neb_status status, const neb_error *error) {
   abandon(backend);
   not_before_ns_ = host_.now_ns() + k_retry_ns;
   std::string text = std::string(backend ? backend->name : "backend") + ": " + what + " failed: ";
   text += error && error->text[0] ? std::string(error->text) : "status " + std::to_string(status);
   device_.state(NEB_HEALTH_DEGRADED, text);
}

bool Lane::step() {
   const Backend backend(host_, device_.slot());
   if (!backend) {
      flights_.clear();
      return false;
   }
   const bool may_run = device_.admits(own_thread_) && host_.now_ns() >= not_before_ns_;
   if (may_run) {
      if (!ensure_session(backend))
         return false;
      while (flights_.size() < depth_ && launch(backend)) {
      }
   } else if (generation_ != backend.generation()) {
      flights_.clear();
   }
   if (flights_.empty())
      return false;
   return collect(backend);
}

bool Lane::ensure_session(const Backend &backend) {
   if (session_ && generation_ == backend.generation())
      return true;
   flights_.clear();
   has_prepared_ = false;
   neb_pow_session_config config{};
   config.size = sizeof config;
   config.depth_max = static_cast<std::uint32_t>(depth_);
   neb_error error{};
   error.size = sizeof error;
   neb_pow_session *session = nullptr;
   const neb_status status = backend->open(backend.get(), &config, &session, &error);
   {
      const std::lock_guard lock(mutex_);
      session_ = status == NEB_OK ? session : nullptr;
      generation_ = backend.generation();
   }
   if (status != NEB_OK) {
      fail(backend, "opening a session", status, &error);
      return false;
   }
   sizer_ = BatchSizer(device_.shared().config.batch_ns, backend->batch_hint);
   return true;
}

/// Sessions on the executor wait until the preparer made the epoch ready for all of them; then their own part is short.
bool Lane::ensure_epoch(const Backend &backend, const Work &work) {
   if (has_prepared_ && prepared_ == work.epoch)
      return true;
   if (!own_thread_ && !device_.preparer().admits(backend.generation(), work))
      return false; // the device says so when it takes a while
   if (own_thread_)
      device_.state(NEB_HEALTH_NOT_READY, "preparing");
   neb_error error{};
   error.size = sizeof error;
   const neb_pow_epoch epoch = work.epoch.wire();
   const neb_status status = backend->prepare(backend.get(), session_, &epoch, &error);
   if (status != NEB_OK && status != NEB_E_UNSUPPORTED) {
      if (status != NEB_E_CANCELLED && status != NEB_E_BUSY)
         fail(backend, "preparing", status, &error);
      return false;
   }
   prepared_ = work.epoch;
   has_prepared_ = true;
   return true;
}

/// A piece that came back unfinished goes first, so that nothing of a template is left out.
bool Lane::assign(const std::shared_ptr<Work> &work, Assignment &out) {
   std::erase_if(rest_, [&](const auto &piece) { return piece.first != work; });
   if (!rest_.empty()) {
      out = std::move(rest_.back().second);
      work->refresh(out);
      rest_.pop_back();
      return true;
   }
   SourceLink &link = *device_.shared().source;
   const Entered<neb_work_source> source(host_, link.slot());
   if (!source || source.generation() != work->source_generation)
      return false;
   const neb_status status = work->take(source.get(), sizer_.next(), out);
   if (status == NEB_OK)
      return true;
   if (status == NEB_E_FULL) { // other lanes may still hold pieces of it, so it stays the current work
      device_.state(NEB_HEALTH_DEGRADED, "every nonce of the template is searched; waiting for the next one");
      return false;
   }
   link.forget(work);
   if (status != NEB_E_GONE)
      device_.state(NEB_HEALTH_NOT_READY,
                    "the work source cannot derive a job (status " + std::to_string(status) + ")");
   return false;
}

bool Lane::launch(const Backend &backend) {
   const std::uint64_t ticket = ticket_.fetch_add(1) + 1; // before the work is read, see cancel()
   const std::shared_ptr<Work> work = device_.shared().source->current();
   Flight flight{ticket, work, {}, host_.now_ns()};
   if (!work || work->algorithm != backend->algorithm || !ensure_epoch(backend, *work) ||
       !assign(work, flight.assignment))
      return false;
   const neb_work_job &input = flight.assignment.job->wire;
   const neb_pow_epoch epoch = work->epoch.wire();
   neb_pow_job job{};
   job.size = sizeof job;
   job.nonce_offset = input.nonce_offset;
   job.ticket = ticket;
   job.epoch = &epoch;
   job.input = {input.input, input.input_size};
   job.nonce_bytes = input.nonce_bytes;
   job.hit_capacity = k_hits;
   job.nonce_first = flight.assignment.range.first;
   job.nonce_count = flight.assignment.range.count;
   std::ranges::copy(flight.assignment.target, job.target);
   const neb_status status = backend->submit(backend.get(), session_, &job);
   if (status == NEB_OK) {
      flights_.push_back(std::move(flight));
      return true;
   }
   rest_.emplace_back(work, std::move(flight.assignment));
   if (status != NEB_E_BUSY) // busy: between two backends; the next tick tries again
      fail(backend, "taking a job", status, nullptr);
   return false;
}

bool Lane::collect(const Backend &backend) {
   neb_pow_result result{};
   result.size = sizeof result;
   result.hits = hits_.data();
   result.hit_capacity = k_hits;
   const neb_status status = backend->wait(backend.get(), session_, &result, k_wait_ns);
   if (status == NEB_E_TIMEOUT)
      return true;
   if (status != NEB_OK || result.ticket != flights_.front().ticket || result.hit_count > k_hits ||
       result.hashes_done > flights_.front().assignment.range.count) {
      fail(backend, "waiting for a result", status, nullptr);
      return false;
   }
   const Flight flight = std::move(flights_.front());
   flights_.pop_front();
   settle(flight, result);
   if (result.status != NEB_OK && result.status != NEB_E_CANCELLED) {
      fail(backend, "a batch", result.status, nullptr);
      return false;
   }
   return true;
}

void Lane::settle(const Flight &flight, const neb_pow_result &result) {
   const std::uint64_t now = host_.now_ns();
   const std::uint64_t began = std::max(flight.since_ns, last_end_ns_);
   last_end_ns_ = now;
   device_.count(now, result.hashes_done);
   if (result.status == NEB_OK)
      device_.state(NEB_HEALTH_OK, "mining");
   sizer_.observe(result.hashes_done, now - std::min(began, now));
   for (std::uint32_t i = 0; i < result.hit_count; ++i) {
      Solution solution{flight.work, flight.assignment.job, result.hits[i].nonce, {}, {}};
      std::copy_n(result.hits[i].digest, 32, solution.digest.begin());
      std::copy_n(result.hits[i].extra, 32, solution.extra.begin());
      device_.shared().solutions->hand_in(std::move(solution));
   }
   const NonceRange range = flight.assignment.range;
   if (result.hashes_done < range.count)
      rest_.emplace_back(
         flight.work,
         Assignment{flight.assignment.job, {range.first + result.hashes_done, range.count - result.hashes_done}, {}});
}

} // namespace nebula::miner
