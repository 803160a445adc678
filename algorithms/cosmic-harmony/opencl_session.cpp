#include "opencl_session.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "algorithms.h"

namespace nebula::cosmic_harmony {

/// cosmic_harmony.cl, put here by the build.
extern const std::string_view k_opencl_source;

namespace {

using common::opencl::Device;
using common::opencl::OpenClError;

/// What a launch should take: long against its overhead, short against a cancelled job.
constexpr std::uint64_t k_launch_ns = 4'000'000;
constexpr std::uint64_t k_launch_nonces_min = 1u << 16;
constexpr std::uint64_t k_launch_nonces_max = 1u << 30;
constexpr std::uint64_t k_launch_nonces_first = 1u << 20;

constexpr std::uint32_t k_zero = 0;

constexpr common::JobRules k_job_rules = {
   .nonce_bytes = k_nonce_bytes, .nonce_appended = true, .input_max = k_message_bytes_max};

/// Sixteen lanes, long loops and no grouping for CPU devices, whose compilers do not vectorise across items. On GPUs an
/// item is a thread: scalar, and short, so that small launches still fill the device.
constexpr unsigned k_cpu_block_bits = 12, k_gpu_block_bits = 8;
constexpr std::size_t k_cpu_local = 1, k_gpu_local = 128;
constexpr const char *k_cpu_options = "-cl-std=CL1.2 -DLANES=16 -DBLOCK_BITS=12";
constexpr const char *k_gpu_options = "-cl-std=CL1.2 -DLANES=1 -DBLOCK_BITS=8";

} // namespace

OpenClSession::OpenClSession(const Device &device, std::uint32_t depth_max, Clock clock, OnLost on_lost)
   : clock_(clock), on_lost_(std::move(on_lost)),
     kernel_(device, k_opencl_source, device.cpu ? k_cpu_options : k_gpu_options, "scan"),
     local_(device.cpu ? k_cpu_local : k_gpu_local), block_bits_(device.cpu ? k_cpu_block_bits : k_gpu_block_bits),
     depth_max_(depth_max), nonces_per_launch_(k_launch_nonces_first) {
   for (Slot &slot : slots_) {
      slot.copy.resize(1 + k_candidates_max);
      slot.found = kernel_.make_buffer(slot.copy.size() * sizeof(std::uint32_t));
   }
}

OpenClSession::~OpenClSession() {
   kernel_.finish(); // the device may still be writing to the slots' copies
}

neb_status OpenClSession::submit(const neb_pow_job &job) {
   if (jobs_.size() >= depth_max_)
      return NEB_E_BUSY;
   Pending pending;
   if (const neb_status status = common::take_job(job, k_job_rules, pending.job); status != NEB_OK)
      return status;
   pending.state = absorb(pending.job.input);
   pending.hits.reset(pending.job.hit_capacity);
   jobs_.push_back(std::move(pending));
   try {
      if (!lost_)
         fill_queue();
   } catch (const OpenClError &e) {
      lose_device(e.what());
   }
   return NEB_OK;
}

bool OpenClSession::cancelled(const common::Job &job) const noexcept {
   return job.ticket < cancel_below_.load(std::memory_order_relaxed);
}

std::uint64_t OpenClSession::launch_size(const Pending &pending) const noexcept {
   // Nonces that give k_candidates_max / 2 candidates on average; at least one block, which cannot give more than fit.
   const std::uint64_t by_hits =
      (std::uint64_t{k_candidates_max} / 2 << 32) / (std::uint64_t{pending.job.target[0]} + 1);
   const std::uint64_t left = pending.job.nonce_count - pending.launched;
   return std::min({nonces_per_launch_, std::max(by_hits, std::uint64_t{1} << block_bits_), left});
}

bool OpenClSession::launch_next_of(Pending &pending, std::uint64_t index) {
   if (!pending.ended && cancelled(pending.job)) {
      pending.ended = true;
      pending.status = NEB_E_CANCELLED;
   }
   if (pending.ended || pending.launched == pending.job.nonce_count)
      return false;
   Slot &slot = slots_[(oldest_slot_ + in_flight_) % slots_.size()];
   slot.ticket_index = index;
   slot.count = launch_size(pending);
   slot.first = static_cast<std::uint32_t>(pending.job.nonce_first + pending.launched);
   const std::uint32_t last = slot.first + static_cast<std::uint32_t>(slot.count - 1);
   const std::uint32_t block_mask = (1u << block_bits_) - 1;
   const std::uint32_t base = slot.first & ~block_mask;
   const std::uint32_t blocks = ((last - base) >> block_bits_) + 1;
   cl_uint8 state;
   std::copy(pending.state.begin(), pending.state.end(), state.s);

   kernel_.write(slot.found, &k_zero, sizeof k_zero);
   kernel_.set_argument(0, state);
   kernel_.set_argument(1, base);
   kernel_.set_argument(2, blocks);
   kernel_.set_argument(3, slot.first);
   kernel_.set_argument(4, last);
   kernel_.set_argument(5, pending.job.target[0]);
   kernel_.set_argument(6, k_candidates_max);
   kernel_.set_argument(7, slot.found.get());
   slot.ran = kernel_.launch((blocks + local_ - 1) / local_ * local_, local_);
   slot.copied = kernel_.read(slot.found, slot.copy.data(), slot.copy.size() * sizeof(std::uint32_t));
   kernel_.flush();
   ++in_flight_;
   pending.launched += slot.count;
   return true;
}

void OpenClSession::fill_queue() {
   std::uint64_t index = first_index_;
   for (Pending &pending : jobs_) {
      while (in_flight_ < slots_.size() && launch_next_of(pending, index)) {
      }
      ++index;
   }
}

void OpenClSession::take_candidates(Pending &pending, Slot &slot) {
   const std::uint32_t count = slot.copy[0];
   if (count > k_candidates_max)
      throw OpenClError("the device reports more candidates than there can be");
   const auto candidates = std::span(slot.copy).subspan(1, count);
   std::sort(candidates.begin(), candidates.end());
   for (std::size_t i = 0; i < candidates.size(); ++i) {
      const std::uint32_t nonce = candidates[i];
      const State words = permute(pending.state, nonce);
      if (words[0] > pending.job.target[0] || nonce - slot.first >= slot.count || (i > 0 && candidates[i - 1] == nonce))
         throw OpenClError("the device reports a candidate that is none");
      if (words > pending.job.target)
         continue;
      if (pending.hits.full()) {
         pending.done = nonce - pending.job.nonce_first;
         pending.ended = true;
         return;
      }
      pending.hits.add(nonce, to_bytes(words));
   }
   pending.done += slot.count;
}

void OpenClSession::finish_oldest_launch() {
   Slot &slot = slots_[oldest_slot_];
   kernel_.wait(slot.copied);
   oldest_slot_ = (oldest_slot_ + 1) % slots_.size();
   --in_flight_;
   const std::uint64_t ns = kernel_.duration_ns(slot.ran);
   Pending &pending = jobs_[slot.ticket_index - first_index_];
   pending.device_ns += ns;
   if (slot.count == nonces_per_launch_) {
      if (ns < k_launch_ns / 2)
         nonces_per_launch_ = std::min(nonces_per_launch_ * 2, k_launch_nonces_max);
      else if (ns > k_launch_ns * 2)
         nonces_per_launch_ = std::max(nonces_per_launch_ / 2, k_launch_nonces_min);
   }
   if (!pending.ended)
      take_candidates(pending, slot);
}

void OpenClSession::lose_device(const char *why) {
   if (!lost_)
      on_lost_(why);
   lost_ = true;
   in_flight_ = 0;
   for (Pending &pending : jobs_) {
      pending.ended = true;
      pending.status = NEB_E_DEVICE;
   }
}

neb_status OpenClSession::wait(neb_pow_result &result, std::uint64_t timeout_ns) {
   if (jobs_.empty())
      return NEB_E_STATE;
   if (result.hit_capacity < jobs_.front().job.hit_capacity)
      return NEB_E_INVALID;
   const std::uint64_t started = clock_.monotonic_ns();
   try {
      if (lost_)
         lose_device("");
      for (;;) {
         fill_queue();
         const bool flying = in_flight_ > 0 && slots_[oldest_slot_].ticket_index == first_index_;
         if (!flying)
            return hand_out(result); // ended, or all its launches are in
         finish_oldest_launch();
         if (clock_.monotonic_ns() - started >= timeout_ns && in_flight_ > 0 &&
             slots_[oldest_slot_].ticket_index == first_index_)
            return NEB_E_TIMEOUT;
      }
   } catch (const OpenClError &e) {
      lose_device(e.what());
      return hand_out(result);
   }
}

neb_status OpenClSession::hand_out(neb_pow_result &result) {
   const Pending &pending = jobs_.front();
   result.status = pending.status;
   result.ticket = pending.job.ticket;
   result.hashes_done = pending.done;
   result.device_ns = pending.device_ns;
   const neb_status status = pending.hits.hand_out(result);
   jobs_.pop_front();
   ++first_index_;
   return status;
}

void OpenClSession::cancel_below(std::uint64_t ticket) noexcept {
   std::uint64_t before = cancel_below_.load(std::memory_order_relaxed);
   while (before < ticket && !cancel_below_.compare_exchange_weak(before, ticket, std::memory_order_relaxed)) {
   }
}

} // namespace nebula::cosmic_harmony
