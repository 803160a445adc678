#include "common/opencl/slices.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <deque>
#include <thread>

namespace nebula::common::opencl {
namespace {

constexpr std::size_t k_slices_ahead = 2;
constexpr std::chrono::microseconds k_pause{500};

struct Slice {
   Event event;
   std::uint64_t count;
};

/// The next size: towards k_slice_ns, by a factor of two at most, as one reading may be far off.
[[nodiscard]] std::uint64_t adapted(std::uint64_t count, std::uint64_t ns, std::uint64_t granule) noexcept {
   const std::uint64_t wanted = ns < k_slice_ns / 2 ? count * 2 : ns > k_slice_ns * 2 ? count / 2 : count;
   return std::max(wanted / granule, std::uint64_t{1}) * granule;
}

} // namespace

neb_status run_sliced(Queue &queue, const SlicedWork &work, const Work::Cancelled &cancelled) {
   assert(work.granule >= 1 && work.slice_first >= 1);
   std::deque<Slice> flying;
   std::uint64_t launched = 0, done = 0;
   std::uint64_t size = adapted(work.slice_first, k_slice_ns, work.granule);
   while (done < work.total) {
      if (cancelled()) {
         queue.finish();
         return NEB_E_CANCELLED;
      }
      while (flying.size() < k_slices_ahead && launched < work.total) {
         const std::uint64_t count = std::min(size, work.total - launched);
         flying.push_back({work.launch(launched, count), count});
         queue.flush();
         launched += count;
      }
      const Slice &oldest = flying.front();
      if (!queue.done(oldest.event)) {
         std::this_thread::sleep_for(k_pause);
         continue;
      }
      done += oldest.count;
      if (oldest.count == size)
         size = adapted(size, queue.duration_ns(oldest.event, oldest.event), work.granule);
      flying.pop_front();
      if (work.progress)
         work.progress(done, work.total);
   }
   return NEB_OK;
}

} // namespace nebula::common::opencl
