#include "homes.h"

#include <algorithm>

namespace nebula::upstream {

bool Homes::waits(const Bytes &name, const std::vector<bool> &taken) const {
   const auto found = slices_.find(name);
   return found != slices_.end() && found->second < taken.size() && !taken[found->second];
}

std::uint32_t Homes::take(const Bytes &name, std::vector<bool> &taken) {
   auto found = slices_.find(name);
   if (waits(name, taken)) {
      taken[found->second] = true;
      return found->second;
   }
   const std::uint32_t slice = free_slice(taken);
   taken[slice] = true;
   leave(slice); // whoever had it has not asked yet, and may never
   if (found != slices_.end() && found->second >= taken.size()) {
      leave(found->second); // the pool leaves fewer than it did
      found = slices_.end();
   }
   if (found == slices_.end()) {
      slices_.emplace(name, slice);
      names_.emplace(slice, name);
   }
   return slice;
}

/// One that is nobody's, before one whose name may still come for it.
std::uint32_t Homes::free_slice(const std::vector<bool> &taken) {
   while (names_.contains(all_below_))
      ++all_below_;
   const auto count = static_cast<std::uint32_t>(taken.size());
   for (std::uint32_t slice = all_below_; slice < count; ++slice)
      if (!taken[slice] && !names_.contains(slice))
         return slice;
   return static_cast<std::uint32_t>(std::ranges::find(taken, false) - taken.begin());
}

void Homes::leave(std::uint32_t slice) {
   const auto found = names_.find(slice);
   if (found == names_.end())
      return;
   slices_.erase(found->second);
   names_.erase(found);
   all_below_ = std::min(all_below_, slice);
}

} // namespace nebula::upstream
