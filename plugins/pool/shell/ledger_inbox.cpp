#include "ledger_inbox.h"

namespace nebula::pool {
namespace {

/// 64 bytes each. A flood of bad shares beyond that is not worth a disk's time.
constexpr std::size_t k_shares_with_rejected_max = 16'384;

} // namespace

std::uint32_t LedgerInbox::add(LedgerWorker worker) {
   const std::lock_guard lock(mutex_);
   workers_.push_back(std::move(worker));
   return ++last_worker_;
}

void LedgerInbox::add(const LedgerShare &share) {
   bool wake = false;
   {
      const std::lock_guard lock(mutex_);
      if (share.receipt == 0 && shares_.size() >= k_shares_with_rejected_max)
         return;
      shares_.push_back(share);
      wake = share.receipt != 0 && waiting_ && !wanted_;
      wanted_ |= share.receipt != 0;
   }
   if (wake)
      changed_.notify_one();
}

void LedgerInbox::post(Task task) {
   {
      const std::lock_guard lock(mutex_);
      if (ended_)
         return;
      tasks_.push_back(std::move(task));
      wanted_ = true;
   }
   changed_.notify_one();
}

void LedgerInbox::end() {
   {
      const std::lock_guard lock(mutex_);
      ended_ = true;
   }
   changed_.notify_one();
}

LedgerInbox::Taken LedgerInbox::take(Instant earliest, Instant latest) {
   std::unique_lock lock(mutex_);
   // First the pause, in which nobody wakes it: under load it is woken once for each group.
   changed_.wait_until(lock, earliest, [&] { return ended_; });
   waiting_ = true;
   changed_.wait_until(lock, latest, [&] { return wanted_ || ended_; });
   waiting_ = false;
   Taken out;
   out.workers.swap(workers_);
   out.shares.swap(shares_);
   out.tasks.swap(tasks_);
   out.ended = ended_;
   wanted_ = false;
   return out;
}

} // namespace nebula::pool
