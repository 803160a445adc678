#include "worker_table.h"

namespace nebula::pool {
namespace {

/// Of one call: some 50 us. The largest table is gone through in three minutes.
constexpr std::size_t k_looks = 1'024;

/// Nothing refers to it: no session, none that can be resumed, no share that is being judged.
bool is_away(const std::shared_ptr<Worker> &worker, std::uint64_t now_ns) {
   return worker.use_count() == 1 && !worker->conduct.banned(now_ns);
}

} // namespace

std::shared_ptr<Worker> WorkerTable::find(std::string_view key) const {
   const auto found = workers_.find(key);
   return found == workers_.end() ? nullptr : found->second;
}

bool WorkerTable::add(std::string key, std::shared_ptr<Worker> worker) {
   return workers_.emplace(std::move(key), std::move(worker)).second;
}

template <class Each>
void WorkerTable::look_at_some(const Each &each) {
   auto place = workers_.lower_bound(next_);
   for (std::size_t left = std::min(k_looks, workers_.size()); left > 0; --left) {
      if (place == workers_.end())
         place = workers_.begin();
      const auto here = place++;
      if (!each(here))
         break;
   }
   next_ = place == workers_.end() ? std::string() : place->first;
}

bool WorkerTable::make_room(std::size_t most, std::uint64_t now_ns) {
   if (workers_.size() < most)
      return true;
   auto spared = workers_.end();
   look_at_some([&](Map::iterator one) {
      if (!is_away(one->second, now_ns))
         return true;
      const bool worthless = one->second->shares.accepted == 0;
      if (worthless || spared == workers_.end() || one->second->seen_ns < spared->second->seen_ns)
         spared = one;
      return !worthless;
   });
   if (spared == workers_.end())
      return false;
   workers_.erase(spared);
   return true;
}

void WorkerTable::forget_idle(std::uint64_t idle_ns, std::uint64_t now_ns) {
   look_at_some([&](Map::iterator one) {
      const Worker &worker = *one->second;
      if (worker.shares.accepted == 0 && is_away(one->second, now_ns) && now_ns - worker.seen_ns >= idle_ns)
         workers_.erase(one);
      return true;
   });
}

} // namespace nebula::pool
