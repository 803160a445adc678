#include "host/pow/gatekeeper.h"

#include <chrono>
#include <sys/prctl.h>
#include <system_error>

namespace nebula::host {

Gatekeeper::~Gatekeeper() {
   settle();
   join_ended();
}

/// Without the lock: a thread that has ended its run still takes it once.
void Gatekeeper::join_ended() {
   std::vector<std::thread> ended;
   {
      const std::lock_guard lock(mutex_);
      ended.swap(to_join_);
   }
   for (std::thread &thread : ended)
      thread.join();
}

bool Gatekeeper::start(const std::shared_ptr<Contender> &contender, std::shared_ptr<const AlgorithmEntry> entry) {
   join_ended();
   const std::lock_guard lock(mutex_);
   if (runs_.contains(contender.get()))
      return true;
   if (runs_.size() >= k_gates_max)
      return false;
   contender->set_checking(true);
   Run &run = runs_[contender.get()];
   try {
      run.thread = std::thread([this, contender, entry = std::move(entry)] { this->run(contender, *entry); });
      return true;
   } catch (const std::system_error &) { // the machine has no thread left; the next decision tries again
      runs_.erase(contender.get());
      contender->set_checking(false);
      return false;
   }
}

void Gatekeeper::run(const std::shared_ptr<Contender> &contender, const AlgorithmEntry &algorithm) {
   prctl(PR_SET_NAME, "gate");
   judge_(contender, run_gate(contender, algorithm));
   bool awaited = false;
   {
      const std::lock_guard lock(mutex_);
      contender->set_checking(false);
      auto run = runs_.extract(contender.get());
      awaited = run.mapped().waiting != 0;
      to_join_.push_back(std::move(run.mapped().thread));
      ++ending_;
      changed_.notify_all();
   }
   if (!awaited)
      ended_();
   const std::lock_guard lock(mutex_);
   --ending_;
   changed_.notify_all();
}

bool Gatekeeper::wait(const Contender &contender, std::uint64_t timeout_ns) {
   std::unique_lock lock(mutex_);
   const auto run = runs_.find(&contender);
   if (run == runs_.end())
      return true;
   ++run->second.waiting;
   const bool ended =
      changed_.wait_for(lock, std::chrono::nanoseconds(timeout_ns), [&] { return !runs_.contains(&contender); });
   if (!ended)
      --run->second.waiting;
   return ended;
}

bool Gatekeeper::idle() const {
   const std::lock_guard lock(mutex_);
   return runs_.empty();
}

void Gatekeeper::settle() {
   std::unique_lock lock(mutex_);
   changed_.wait(lock, [this] { return runs_.empty() && ending_ == 0; });
}

} // namespace nebula::host
