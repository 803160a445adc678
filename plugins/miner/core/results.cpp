#include "results.h"

#include <nebula/svc/work-source.h>

namespace nebula::miner {

const char *outcome_name(std::int32_t outcome) noexcept {
   switch (outcome) {
   case NEB_WORK_ACCEPTED:
      return "accepted";
   case NEB_WORK_BLOCK:
      return "block";
   case NEB_WORK_STALE:
      return "stale";
   case NEB_WORK_LOW:
      return "low";
   case NEB_WORK_DUPLICATE:
      return "duplicate";
   case NEB_WORK_LOST:
      return "lost";
   default:
      return "invalid";
   }
}

void Results::judged(std::int32_t outcome) noexcept {
   const auto count = [](std::atomic<std::uint64_t> &counter) { counter.fetch_add(1, std::memory_order_relaxed); };
   switch (outcome) {
   case NEB_WORK_BLOCK:
      count(blocks_);
      [[fallthrough]];
   case NEB_WORK_ACCEPTED:
      count(accepted_);
      break;
   case NEB_WORK_STALE:
      count(stale_);
      break;
   case NEB_WORK_LOST:
      count(lost_);
      break;
   default:
      count(rejected_);
   }
}

ResultCounts Results::counts() const noexcept {
   constexpr auto relaxed = std::memory_order_relaxed;
   return {submitted_.load(relaxed), accepted_.load(relaxed), blocks_.load(relaxed),
           stale_.load(relaxed),     rejected_.load(relaxed), lost_.load(relaxed)};
}

} // namespace nebula::miner
