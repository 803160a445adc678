#include "preparer.h"

namespace nebula::miner {

bool Preparer::admits(std::uint64_t generation, const Work &work) {
   const std::lock_guard lock(mutex_);
   if (done_generation_ != generation)
      done_generation_ = 0; // another occupant prepares for itself
   const bool ready = done_generation_ != 0 && (done_ == work.epoch || done_ahead_ == work.epoch);
   if (!goal_.asked || goal_.epoch != work.epoch || goal_.next != work.next_epoch || !ready) {
      goal_ = {work.epoch, work.next_epoch, true};
      if (!thread_.joinable() && !stopping_)
         thread_ = std::thread([this] { run(); });
      wake_.notify_one();
   }
   return ready;
}

bool Preparer::due() const {
   return done_generation_ == 0 || (done_ != goal_.epoch && done_ahead_ != goal_.epoch);
}

bool Preparer::busy() {
   const std::lock_guard lock(mutex_);
   return goal_.asked && !failing_ && due();
}

void Preparer::retry() {
   const std::lock_guard lock(mutex_);
   failing_ = false;
   wake_.notify_one();
}

void Preparer::run() {
   std::unique_lock lock(mutex_);
   for (;;) {
      const auto next_due = [this] {
         return goal_.next.known() && goal_.next != goal_.epoch && done_ahead_ != goal_.next && done_ != goal_.next;
      };
      wake_.wait(lock, [&] { return stopping_ || (goal_.asked && !failing_ && (due() || next_due())); });
      if (stopping_)
         return;
      const bool ahead = !due();
      const Epoch epoch = ahead ? goal_.next : goal_.epoch;
      lock.unlock();
      neb_error error{};
      error.size = sizeof error;
      std::uint64_t generation = 0;
      const neb_status status = prepare(epoch, generation, error);
      finish(epoch, generation, status, error, ahead);
      lock.lock();
   }
}

bool Preparer::open(const Entered<neb_pow_backend> &backend, neb_error &error) {
   const std::lock_guard lock(mutex_);
   if (stopping_)
      return false;
   if (session_ && session_generation_ == backend.generation())
      return true;
   session_ = nullptr; // of an occupant that is gone; it freed its sessions
   neb_pow_session_config config{};
   config.size = sizeof config;
   config.depth_max = 1;
   session_generation_ = backend.generation();
   return backend->open(backend.get(), &config, &session_, &error) == NEB_OK;
}

neb_status Preparer::prepare(const Epoch &epoch, std::uint64_t &generation, neb_error &error) {
   const Entered<neb_pow_backend> backend(host_, slot_);
   if (!backend)
      return NEB_E_GONE;
   generation = backend.generation();
   if (!open(backend, error))
      return NEB_E_FAIL;
   const neb_pow_epoch wire = epoch.wire();
   return backend->prepare(backend.get(), session_, &wire, &error);
}

void Preparer::finish(const Epoch &epoch, std::uint64_t generation, neb_status status, const neb_error &error,
                      bool ahead) {
   {
      const std::lock_guard lock(mutex_);
      if (stopping_)
         return;
      if (status != NEB_OK) {
         failing_ = true; // retry() comes once a second
         done_generation_ = ahead ? done_generation_ : 0;
      } else {
         if (generation != done_generation_)
            done_ = done_ahead_ = epoch;
         (ahead ? done_ahead_ : done_) = epoch;
         done_generation_ = generation;
      }
   }
   if (status == NEB_OK)
      return ready_();
   if (!ahead && status != NEB_E_GONE)
      failed_(error.text[0] ? error.text : "status " + std::to_string(status));
}

void Preparer::close() {
   const Entered<neb_pow_backend> backend(host_, slot_);
   if (backend && session_ && backend.generation() == session_generation_)
      backend->close(backend.get(), session_);
   session_ = nullptr;
}

void Preparer::stop() {
   {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      const Entered<neb_pow_backend> backend(host_, slot_);
      if (backend && session_ && backend.generation() == session_generation_)
         backend->cancel_below(backend.get(), session_, UINT64_MAX);
   }
   wake_.notify_one();
   if (thread_.joinable())
      thread_.join();
   close();
}

} // namespace nebula::miner
