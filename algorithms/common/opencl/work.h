#pragma once

/// What an algorithm brings to a session on an OpenCL device: its kernels, and how a job becomes launches and a nonce a
/// hit. All else (cutting jobs into launches, keeping the device busy, cancelling, timing, tuning, a lost device) is
/// the session's.
///
/// The device only filters. A kernel writes *candidates* into a buffer of 32-bit words:
///
///    found[0]        counts them (the session has set it to 0); atomic_inc(found) gives each its place
///    found[1 + k]    candidate k as its distance from the launch's first nonce; those past k_candidates_max are only
///                    counted
///
/// and the reference on this processor decides about each, which also catches a device that computes wrongly.

#include <nebula/svc/pow-backend.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "common/opencl/queue.h"
#include "common/pow_job.h"

namespace nebula::common::opencl {

/// Candidates one launch can report.
inline constexpr std::uint32_t k_candidates_max = 8192;

/// A part of a job that one launch scans. All references are good until `launch` returns.
struct Launch {
   const Job &job;
   std::uint64_t first;  ///< a nonce
   std::uint32_t count;  ///< at least 1; never past the job's end
   std::size_t local;    ///< the work-group size to use: one of Work::local_sizes()
   const Buffer &found;  ///< for the candidates
   const Event &cleared; ///< found[0] is 0 from then on: give it to the first kernel that writes there as `after`
};

/// The kernels that a launch queued, the first and the last; their time is the job's time on the device.
struct Launched {
   Event first;
   Event last; ///< empty when there was one kernel

   [[nodiscard]] const Event &end() const noexcept { return last ? last : first; }
};

enum class Verdict {
   hit,   ///< the digest is at or under the target
   miss,  ///< rightly a candidate, and no hit: the kernel's filter is coarser than the target
   wrong, ///< no candidate at all: the device computes wrongly
};

class Work {
public:
   /// Asked often; true once the work should stop.
   using Cancelled = std::function<bool()>;

   virtual ~Work() = default;

   [[nodiscard]] virtual JobRules rules() const = 0;

   /// Whether jobs of that epoch can be launched now.
   [[nodiscard]] virtual bool is_ready(const neb_pow_epoch &) const { return true; }
   /// Makes it so, on a device that runs nothing else meanwhile. NEB_OK, or NEB_E_CANCELLED within 100 ms after
   /// `cancelled` turned true. Throws nebula::Error; NEB_E_NO_MEMORY leaves the device in use, NEB_E_DEVICE does not.
   [[nodiscard]] virtual neb_status prepare(const neb_pow_epoch &, const Cancelled &) { return NEB_OK; }

   /// How many nonces of the job a launch may have, so that its candidates surely fit (half of k_candidates_max
   /// expected, say) and the kernel's index does. At least 1.
   [[nodiscard]] virtual std::uint32_t launch_max(const Job &job) const = 0;
   /// A launch to begin with, and the shortest that still fills the device.
   [[nodiscard]] virtual std::uint32_t launch_first() const = 0;
   [[nodiscard]] virtual std::uint32_t launch_least() const = 0;

   /// Work-group sizes to choose from, the one to use until they are measured first.
   [[nodiscard]] virtual std::vector<std::size_t> local_sizes() const = 0;
   /// Under which name the choice is remembered: the key of the program.
   [[nodiscard]] virtual std::string_view tuning_key() const = 0;

   /// Queues the kernels of one launch. Throws OpenClError.
   [[nodiscard]] virtual Launched launch(const Launch &launch) = 0;

   /// By the reference. Writes the digest for a hit.
   [[nodiscard]] virtual Verdict judge(const Job &job, std::uint64_t nonce, std::span<std::uint8_t, 32> digest) = 0;
};

} // namespace nebula::common::opencl
