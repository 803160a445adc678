#pragma once

/// A session on an OpenCL device, for any algorithm. Jobs are cut into launches of a few milliseconds; several launches
/// are queued ahead, across job borders too, so that the device never waits for this thread, and this thread sleeps
/// while the device works.

#include <nebula/clock.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/hit_list.h"
#include "common/opencl/launch_size.h"
#include "common/opencl/program.h"
#include "common/opencl/tuner.h"
#include "common/opencl/work.h"
#include "common/pow_backend.h"

namespace nebula::common::opencl {

/// Launches queued ahead: one running, one waiting, one being read.
inline constexpr std::size_t k_launches_ahead = 3;

/// The longest launch: a candidate is named by a 32-bit distance.
inline constexpr std::uint64_t k_launch_nonces_max = 1u << 30;

/// A launch that takes this long never ends: a thousand times its usual time, and room for a driver that compiles
/// the kernel on its first launch.
inline constexpr std::uint64_t k_launch_deadline_ns = 30'000'000'000;

/// What the sessions of a backend share.
struct Environment {
   Clock clock;
   std::shared_ptr<Store> store; ///< null: nothing is remembered
   Note note;                    ///< for the log: what is worth knowing
   Note lost;                    ///< for the log, once per session: why a device was lost
   std::uint64_t launch_deadline_ns = k_launch_deadline_ns;
};

/// Makes the work of one session; compiles the kernels. `memory_max`: bytes it may take on the device, 0: what it
/// needs.
using MakeWork = std::function<std::unique_ptr<Work>(Queue &queue, const Environment &env, std::uint64_t memory_max)>;

class OpenClSession final : public Session {
public:
   /// Throws nebula::Error when the device or the kernels fail.
   OpenClSession(const Device &device, const MakeWork &make, const Environment &env,
                 const neb_pow_session_config &config);
   ~OpenClSession() override;

   [[nodiscard]] neb_status prepare(const neb_pow_epoch &epoch, neb_error *err) override;
   [[nodiscard]] neb_status submit(const neb_pow_job &job) override;
   [[nodiscard]] neb_status wait(neb_pow_result &result, std::uint64_t timeout_ns) override;
   void cancel_below(std::uint64_t ticket) noexcept override;

private:
   /// A job and how far it is.
   struct Pending {
      Job job;
      std::uint64_t launched = 0; ///< nonces handed to the device
      std::uint64_t done = 0;     ///< nonces whose hits are known
      std::uint64_t device_ns = 0;
      bool ended = false; ///< nothing more is launched and what is in flight is dropped
      neb_status status = NEB_OK;
      HitList hits;

      /// With the status it ends with; the first one counts.
      void end(neb_status with) noexcept {
         if (!std::exchange(ended, true))
            status = with;
      }
   };

   /// One place for a launch: its buffer on the device and its copy here.
   struct Slot {
      Buffer found;
      std::vector<std::uint32_t> copy;
      Event cleared, copied;
      Launched ran;
      std::uint64_t job_index = 0; ///< which job, counted since the session was opened
      std::uint64_t first = 0;
      std::uint32_t count = 0;
      std::size_t local = 0;
      bool trial = false; ///< the tuner wants to know how long it took
      std::uint64_t queued_ns = 0;
   };

   /// What the device may still use while a command is in flight: never freed before it is idle.
   struct OnDevice {
      OnDevice(const Device &device, const MakeWork &make, const Environment &env, std::uint64_t memory_max);
      ~OnDevice();
      Queue queue;
      std::unique_ptr<Work> work;
      std::array<Slot, k_launches_ahead> slots;
   };

   [[nodiscard]] bool cancelled(const Job &job) const noexcept;
   [[nodiscard]] std::string tuning_key() const;
   [[nodiscard]] Slot &oldest() noexcept { return on_device_->slots[oldest_slot_]; }
   [[nodiscard]] bool front_is_flying() const noexcept;
   /// Queues launches of the jobs in their order, as far as there are slots.
   void fill_queue();
   void launch(Pending &pending, std::uint64_t index);
   [[nodiscard]] bool oldest_is_done(std::uint64_t now_ns);
   void finish_oldest(std::uint64_t now_ns);
   void measure(const Slot &slot, std::uint64_t ns);
   void take_candidates(Pending &pending, Slot &slot);
   /// Waits for all launches in flight.
   void drain();
   void prepare_front();
   /// Works until the oldest job has ended: NEB_OK, or NEB_E_TIMEOUT.
   [[nodiscard]] neb_status advance(std::uint64_t timeout_ns);
   void lose_device(std::string_view why);
   static void abandon(std::unique_ptr<OnDevice> on_device);
   [[nodiscard]] neb_status hand_out(neb_pow_result &result);

   Environment env_;
   std::unique_ptr<OnDevice> on_device_;
   Queue &queue_; ///< on_device_'s
   Work &work_;   ///< likewise
   JobRules rules_{};
   std::uint32_t depth_max_;
   LaunchSize size_;
   Tuner tuner_;
   bool tuning_kept_ = false;
   bool lost_ = false, hung_ = false;
   std::atomic<std::uint64_t> cancel_below_{0};

   std::deque<Pending> jobs_;                    ///< the oldest first; at most depth_max_
   std::uint64_t first_index_ = 0;               ///< the number of jobs_.front() since the session was opened
   std::size_t oldest_slot_ = 0, in_flight_ = 0; ///< a ring over the slots
   std::uint64_t last_finished_ns_ = 0;
};

} // namespace nebula::common::opencl
