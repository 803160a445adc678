// One session of a CPU backend: its queue of jobs, the slices they are computed in, and the exactness of their results.
#pragma once

#include <nebula/clock.hpp>
#include <nebula/pow.hpp>
#include <nebula/svc/pow-backend.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace nebula {

// A slice of a job for a Scanner. All pointers are borrowed for the call.
struct ScanRange {
   const neb_pow_epoch &epoch;
   uint8_t
      *input; // input_bytes, the nonce's place included (also when it is appended); a scanner may write the nonce here
   uint32_t input_bytes;
   uint32_t nonce_offset; // always within the input
   uint32_t nonce_bytes;
   uint64_t nonce_first;
   uint64_t nonce_count; // a multiple of the backend's width, except at the end of a job
   const uint8_t *target;
};

// Takes the hits of one slice, in any order.
class Hits {
public:
   // A digest of 32 bytes; `extra` (32 bytes) may be NULL.
   void add(uint64_t nonce, const uint8_t *digest, const uint8_t *extra = nullptr) {
      neb_pow_hit hit{};
      hit.nonce = nonce;
      std::memcpy(hit.digest, digest, sizeof hit.digest);
      if (extra) {
         std::memcpy(hit.extra, extra, sizeof hit.extra);
      }
      hits_.push_back(hit);
   }

private:
   friend class PowSession;
   std::vector<neb_pow_hit> hits_; // at most one per nonce of a slice (PowSession::k_slice_max)
};

// The computing part of a backend: one per session, used by one thread at a time.
class Scanner {
public:
   virtual ~Scanner() = default;

   // Makes an epoch ready; called before the first `scan` of each epoch. Throws to fail the job with its status.
   virtual void prepare(const neb_pow_epoch &epoch) { (void)epoch; }

   // The same at the caller's own request, outside of `wait`: it may take long to make the epoch as fast as it gets.
   virtual void prepare_ahead(const neb_pow_epoch &epoch) { prepare(epoch); }

   // Makes a prepare that is under way throw NEB_E_CANCELLED soon (within 100 ms). Called from any thread, at the end
   // of a session; no other prepare follows.
   virtual void give_up() noexcept {}

   // Adds every hit of the range. Throws to fail the job with its status (NEB_E_DEVICE, ...).
   virtual void scan(const ScanRange &range, Hits &hits) = 0;
};

// A scanner that needs no state of its own.
inline std::unique_ptr<Scanner> function_scanner(std::function<void(const ScanRange &, Hits &)> scan) {
   struct Function final : Scanner {
      explicit Function(std::function<void(const ScanRange &, Hits &)> body) : body_(std::move(body)) {}
      void scan(const ScanRange &range, Hits &hits) override { body_(range, hits); }
      std::function<void(const ScanRange &, Hits &)> body_;
   };
   return std::make_unique<Function>(std::move(scan));
}

// [session], except cancel_below, which is [thread-safe].
class PowSession {
public:
   static constexpr uint64_t k_slice_max = 65'536; // nonces; bounds the hits of a slice to 4.5 MiB
   static constexpr uint64_t k_slice_ns = 500'000; // aimed at, so that cancelling takes under a millisecond
   static constexpr uint32_t k_input_bytes_max = 1u << 20;

   // `clock` is the host's; it outlives the session. `width` as in CpuBackendSpec.
   PowSession(Clock clock, std::unique_ptr<Scanner> scanner, uint32_t depth_max, uint64_t width)
      : clock_(clock), scanner_(std::move(scanner)), depth_max_(depth_max), width_(std::max<uint64_t>(width, 1)),
        slice_(width_) {}

   // `ahead`: asked for by the caller, not by a job.
   void prepare(const neb_pow_epoch &epoch, bool ahead = true) {
      if (prepared_ && ahead <= prepared_ahead_ && same_epoch(epoch, epoch_key_, epoch_height_)) {
         return;
      }
      if (cancelled_below_.load(std::memory_order_relaxed) == UINT64_MAX) {
         throw Error(NEB_E_CANCELLED, "the session is ending");
      }
      prepared_ = false;
      ahead ? scanner_->prepare_ahead(epoch) : scanner_->prepare(epoch);
      epoch_key_.assign(view(epoch.key));
      epoch_height_ = epoch.height;
      prepared_ = true;
      prepared_ahead_ = ahead;
   }

   neb_status submit(const neb_pow_job &job) {
      if (!well_formed(job)) {
         return NEB_E_INVALID;
      }
      if (jobs_.size() >= depth_max_) {
         return NEB_E_BUSY;
      }
      jobs_.push_back(copy(job));
      last_ticket_ = job.ticket;
      return NEB_OK;
   }

   // Computes the oldest job, at least one slice of it, until it is done or the time ran out.
   neb_status wait(neb_pow_result &result, uint64_t timeout_ns) {
      if (jobs_.empty()) {
         return NEB_E_STATE;
      }
      Job &job = jobs_.front();
      if (result.hits == nullptr || result.hit_capacity < job.hit_capacity) {
         return NEB_E_INVALID;
      }
      const uint64_t started = clock_.monotonic_ns();
      while (!job.ended) {
         advance(job);
         if (!job.ended && clock_.monotonic_ns() - started >= timeout_ns) {
            return NEB_E_TIMEOUT;
         }
      }
      hand_over(job, result);
      jobs_.pop_front();
      return NEB_OK;
   }

   // UINT64_MAX is for good: it also ends a prepare.
   void cancel_below(uint64_t ticket) noexcept {
      uint64_t now = cancelled_below_.load(std::memory_order_relaxed);
      while (now < ticket && !cancelled_below_.compare_exchange_weak(now, ticket, std::memory_order_relaxed)) {
      }
      if (ticket == UINT64_MAX) {
         scanner_->give_up();
      }
   }

private:
   struct Job {
      uint64_t ticket;
      std::string epoch_key;
      uint64_t epoch_height;
      std::vector<uint8_t> input;
      uint32_t nonce_offset;
      uint32_t nonce_bytes;
      uint64_t nonce_first;
      uint64_t nonce_count;
      Number256 target;
      uint32_t hit_capacity;
      std::vector<neb_pow_hit> hits;
      uint64_t done = 0; // nonces; `hits` are all of theirs
      uint64_t spent_ns = 0;
      neb_status status = NEB_OK;
      bool ended = false;
   };

   static bool same_epoch(const neb_pow_epoch &epoch, const std::string &key, uint64_t height) noexcept {
      return view(epoch.key) == key && epoch.height == height;
   }

   bool well_formed(const neb_pow_job &job) const noexcept {
      const bool appended = job.nonce_offset == NEB_POW_NONCE_APPENDED;
      return job.epoch != nullptr && (job.nonce_bytes == 4 || job.nonce_bytes == 8) &&
             job.input.len <= k_input_bytes_max && (job.input.len == 0 || job.input.ptr != nullptr) &&
             (appended || uint64_t{job.nonce_offset} + job.nonce_bytes <= job.input.len) && job.hit_capacity >= 1 &&
             job.hit_capacity <= NEB_POW_HITS_MAX && job.nonce_count >= 1 &&
             job.nonce_first <= nonce_max(job.nonce_bytes) &&
             job.nonce_count - 1 <= nonce_max(job.nonce_bytes) - job.nonce_first &&
             (!last_ticket_ || job.ticket > *last_ticket_);
   }

   static Job copy(const neb_pow_job &job) {
      Job out{};
      out.ticket = job.ticket;
      out.epoch_key.assign(view(job.epoch->key));
      out.epoch_height = job.epoch->height;
      out.input.assign(job.input.ptr, job.input.ptr + job.input.len);
      out.nonce_offset = job.nonce_offset;
      if (job.nonce_offset == NEB_POW_NONCE_APPENDED) {
         out.nonce_offset = static_cast<uint32_t>(job.input.len);
         out.input.resize(out.input.size() + job.nonce_bytes);
      }
      out.nonce_bytes = job.nonce_bytes;
      out.nonce_first = job.nonce_first;
      out.nonce_count = job.nonce_count;
      std::copy(std::begin(job.target), std::end(job.target), out.target.begin());
      out.hit_capacity = job.hit_capacity;
      return out;
   }

   void end(Job &job, neb_status status) noexcept {
      job.status = status;
      job.ended = true;
   }

   // Computes one slice.
   void advance(Job &job) {
      if (job.ticket < cancelled_below_.load(std::memory_order_relaxed)) {
         return end(job, NEB_E_CANCELLED);
      }
      const neb_pow_epoch epoch{bytes(job.epoch_key), job.epoch_height};
      const uint64_t count = std::min(slice_, job.nonce_count - job.done);
      const uint64_t first = job.nonce_first + job.done;
      found_.hits_.clear();
      uint64_t started = clock_.monotonic_ns();
      const neb_status status = guarded(nullptr, [&] {
         prepare(epoch, false);
         started = clock_.monotonic_ns();
         scanner_->scan({epoch, job.input.data(), static_cast<uint32_t>(job.input.size()), job.nonce_offset,
                         job.nonce_bytes, first, count, job.target.data()},
                        found_);
      });
      const uint64_t spent = clock_.monotonic_ns() - started;
      job.spent_ns += spent;
      if (status != NEB_OK) {
         return end(job, status);
      }
      take(job, first, count);
      adapt(spent, count);
   }

   // Keeps the slice's hits as far as the capacity goes; the job ends before the first hit that finds no room.
   void take(Job &job, uint64_t first, uint64_t count) {
      std::sort(found_.hits_.begin(), found_.hits_.end(),
                [](const neb_pow_hit &a, const neb_pow_hit &b) { return a.nonce < b.nonce; });
      for (const neb_pow_hit &hit : found_.hits_) {
         if (job.hits.size() == job.hit_capacity) {
            job.done += hit.nonce - first;
            return end(job, NEB_OK);
         }
         job.hits.push_back(hit);
      }
      job.done += count;
      if (job.done == job.nonce_count) {
         end(job, NEB_OK);
      }
   }

   void adapt(uint64_t spent, uint64_t count) noexcept {
      if (count == slice_ && spent < k_slice_ns / 2) {
         slice_ = std::max(width_, std::min(slice_ * 2, k_slice_max / width_ * width_));
      } else if (spent > k_slice_ns && slice_ > width_) {
         slice_ = std::max(width_, slice_ / 2 / width_ * width_);
      }
   }

   static void hand_over(const Job &job, neb_pow_result &result) noexcept {
      result.status = job.status;
      result.ticket = job.ticket;
      result.hashes_done = job.done;
      result.device_ns = job.spent_ns;
      result.hit_count = static_cast<uint32_t>(job.hits.size());
      std::copy(job.hits.begin(), job.hits.end(), result.hits);
   }

   Clock clock_;
   std::unique_ptr<Scanner> scanner_;
   std::size_t depth_max_;
   uint64_t width_;
   uint64_t slice_; // nonces of the next slice; follows the speed
   std::deque<Job> jobs_;
   std::optional<uint64_t> last_ticket_;
   bool prepared_ = false;
   bool prepared_ahead_ = false;
   std::string epoch_key_;
   uint64_t epoch_height_ = 0;
   Hits found_;
   std::atomic<uint64_t> cancelled_below_{0};
};

} // namespace nebula
