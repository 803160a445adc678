#include "host/slots/slot.h"

#include "host/slots/reader.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace nebula::host {
namespace {

using Addresses = std::vector<const Occupant *>;

// Readers stay inside for a batch of work, 50 ms at most: first look often, then every 100 us.
bool wait_until_left(const Addresses &occupants, std::uint64_t timeout_ns) {
   const auto deadline = std::chrono::steady_clock::now() + std::chrono::nanoseconds(timeout_ns);
   for (unsigned round = 0; any_reader_inside(occupants.data(), occupants.size()); ++round) {
      if (std::chrono::steady_clock::now() >= deadline)
         return false;
      if (round < 64)
         std::this_thread::yield();
      else
         std::this_thread::sleep_for(std::chrono::microseconds(100));
   }
   return true;
}

} // namespace

Slot::~Slot() {
   publish(nullptr);
   // Readers that never left keep their occupant: a small leak is better than a dangling table.
   const std::lock_guard lock(writers_);
   for (auto &former : retiring_) {
      const Occupant *address = former.get();
      if (any_reader_inside(&address, 1))
         (void)former.release();
   }
}

const void *Slot::table() const noexcept {
   // Safe without announcing: only the address is taken, under the lock that publish takes to replace it.
   const std::lock_guard lock(writers_);
   return current_ ? current_->table : nullptr;
}

void Slot::publish(const void *table) {
   const std::lock_guard lock(writers_);
   if (table == (current_ ? current_->table : nullptr))
      return;
   const auto generation = generation_.load(std::memory_order_relaxed) + 1;
   std::unique_ptr<const Occupant> next;
   if (table)
      next = std::make_unique<const Occupant>(Occupant{table, generation});
   occupant.store(next.get(), std::memory_order_seq_cst);
   generation_.store(generation, std::memory_order_release);
   if (current_)
      retiring_.push_back(std::move(current_));
   current_ = std::move(next);
}

bool Slot::quiesce(std::uint64_t timeout_ns) {
   Addresses leaving;
   {
      const std::lock_guard lock(writers_);
      for (const auto &one : retiring_)
         leaving.push_back(one.get());
   }
   if (leaving.empty())
      return true;
   if (this_thread_inside(leaving.data(), leaving.size()) || !wait_until_left(leaving, timeout_ns))
      return false;
   // Nobody is inside, and nobody can come in any more: they are in no slot.
   const std::lock_guard lock(writers_);
   std::erase_if(retiring_, [&](const auto &one) {
      return std::find(leaving.begin(), leaving.end(), one.get()) != leaving.end();
   });
   return true;
}

void Slot::notify() const {
   const auto now = generation();
   // A watcher may watch or unwatch: walk a copy.
   const auto watchers = watchers_;
   for (const auto &watcher : watchers)
      watcher.changed(watcher.user, now);
}

bool Slot::watch(Changed changed, void *user) {
   if (watchers_.size() == k_max_watchers)
      return false;
   watchers_.push_back({changed, user});
   return true;
}

void Slot::unwatch_all() {
   watchers_.clear();
}

} // namespace nebula::host
