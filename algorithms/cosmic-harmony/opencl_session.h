#pragma once

/// A session on an OpenCL device. Jobs are cut into launches of a few milliseconds; several launches are queued ahead,
/// across job borders too, so that the device never waits for this thread. The device only filters by the first
/// output word; each candidate is hashed again by the reference, which decides and catches a device that computes
/// wrongly.

#include <nebula/clock.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <string_view>
#include <vector>

#include "common/hit_list.h"
#include "common/opencl/kernel.h"
#include "common/pow_backend.h"
#include "common/pow_job.h"
#include "cosmic_harmony.h"

namespace nebula::cosmic_harmony {

/// Candidates one launch can report. A launch is sized so that half as many are expected.
inline constexpr std::uint32_t k_candidates_max = 8192;
/// Launches queued ahead: one running, one waiting, one being read.
inline constexpr std::size_t k_launches_ahead = 3;

class OpenClSession final : public common::Session {
public:
   /// Told once, in words, when the device fails or computes wrongly; every job then ends with NEB_E_DEVICE.
   using OnLost = std::function<void(std::string_view why)>;

   /// Compiles the kernel. Throws OpenClError.
   OpenClSession(const common::opencl::Device &device, std::uint32_t depth_max, Clock clock, OnLost on_lost);
   ~OpenClSession() override;

   [[nodiscard]] neb_status prepare(const neb_pow_epoch &, neb_error *) override { return NEB_OK; }
   [[nodiscard]] neb_status submit(const neb_pow_job &job) override;
   [[nodiscard]] neb_status wait(neb_pow_result &result, std::uint64_t timeout_ns) override;
   void cancel_below(std::uint64_t ticket) noexcept override;

private:
   /// A job and how far it is.
   struct Pending {
      common::Job job;
      State state;
      std::uint64_t launched = 0; ///< nonces handed to the device
      std::uint64_t done = 0;     ///< nonces whose hits are known
      std::uint64_t device_ns = 0;
      bool ended = false; ///< nothing more is launched and what is in flight is dropped
      neb_status status = NEB_OK;
      common::HitList hits;
   };

   /// One place for a launch: its buffer on the device and its copy here.
   struct Slot {
      common::opencl::Buffer found;
      std::vector<std::uint32_t> copy;
      common::opencl::Event ran, copied;
      std::uint64_t ticket_index = 0; ///< which job, counted since the session was opened
      std::uint32_t first = 0;
      std::uint64_t count = 0;
   };

   [[nodiscard]] bool cancelled(const common::Job &job) const noexcept;
   void fill_queue();
   [[nodiscard]] bool launch_next_of(Pending &pending, std::uint64_t index);
   [[nodiscard]] std::uint64_t launch_size(const Pending &pending) const noexcept;
   void finish_oldest_launch();
   void take_candidates(Pending &pending, Slot &slot);
   void lose_device(const char *why);
   [[nodiscard]] neb_status hand_out(neb_pow_result &result);

   Clock clock_;
   OnLost on_lost_;
   common::opencl::Kernel kernel_;
   std::size_t local_;
   unsigned block_bits_;
   std::uint32_t depth_max_;
   std::uint64_t nonces_per_launch_;
   bool lost_ = false;
   std::atomic<std::uint64_t> cancel_below_{0};

   std::deque<Pending> jobs_;      ///< the oldest first; at most depth_max_
   std::uint64_t first_index_ = 0; ///< the number of jobs_.front() since the session was opened
   std::array<Slot, k_launches_ahead> slots_;
   std::size_t oldest_slot_ = 0, in_flight_ = 0; ///< a ring over slots_
};

} // namespace nebula::cosmic_harmony
