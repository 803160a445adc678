#pragma once

/// Long work on a device, such as building a table of gigabytes, in slices short enough to cancel.

#include <cstdint>
#include <functional>

#include "common/opencl/queue.h"
#include "common/opencl/work.h"

namespace nebula::common::opencl {

/// What a slice should take: two are queued, so a cancelled work ends within two of these.
inline constexpr std::uint64_t k_slice_ns = 20'000'000;

struct SlicedWork {
   std::uint64_t total;       ///< units (table entries) to do
   std::uint64_t slice_first; ///< units of the first slices, until their time is known; at least 1
   std::uint64_t granule;     ///< slices are multiples of it (the last one may be shorter); at least 1
   /// Queues the units first .. first + count - 1. Throws OpenClError.
   std::function<Event(std::uint64_t first, std::uint64_t count)> launch;
   /// Told after each slice; may be empty.
   std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

/// Does it all, in order, always one slice ahead. NEB_OK or NEB_E_CANCELLED; nothing is in flight afterwards. Throws
/// OpenClError.
[[nodiscard]] neb_status run_sliced(Queue &queue, const SlicedWork &work, const Work::Cancelled &cancelled);

} // namespace nebula::common::opencl
