#pragma once

/// The memory that host and runner share for one session: a ring of jobs, a ring of results and one place for a call,
/// with a doorbell (futex) in each direction. Everything one side writes is alone in its cache lines.
///
/// The host makes the memory and seals its size, so that no runner can take it away under the host's feet. It believes
/// nothing that stands in the runner's part: indices are held against its own count, and a result is copied out once
/// before any of it is looked at.

#include "host/isolation/limits.h"
#include "host/plugin/image.h"
#include "host/util/result.h"

#include <nebula/svc/pow-backend.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace nebula::host {

/// Sleeps until `word` is no longer `seen`, a doorbell rings or the time ran out; may return early.
void futex_wait(const std::atomic<std::uint32_t> &word, std::uint32_t seen, std::uint64_t timeout_ns) noexcept;
void futex_ring(std::atomic<std::uint32_t> &word) noexcept; // adds one and wakes every sleeper

/// One copy, complete before the next statement: what is checked afterwards is what is used.
template <class T>
void copy_once(T &to, const T &shared) noexcept {
   std::memcpy(static_cast<void *>(&to), static_cast<const void *>(&shared), sizeof(T));
   asm volatile("" ::: "memory");
}

struct RingEpoch {
   std::uint64_t height;
   std::uint32_t key_bytes;
   std::uint32_t reserved;
   std::uint8_t key[k_ring_key_max];
};

struct RingJob {
   std::uint64_t ticket, nonce_first, nonce_count;
   std::uint32_t nonce_offset, nonce_bytes, hit_capacity, input_bytes;
   std::uint8_t target[32];
   RingEpoch epoch;
   std::uint8_t input[k_ring_input_max];
};

/// What stands before the hits of a result.
struct RingResultHead {
   std::uint64_t ticket, hashes_done, device_ns;
   neb_status status;
   std::uint32_t hit_count;
};

struct RingResult {
   alignas(64) RingResultHead head;
   neb_pow_hit hits[NEB_POW_HITS_MAX];
};

enum class CallKind : std::uint32_t { prepare = 1, hash };

struct RingCall {
   CallKind kind;
   std::uint32_t input_bytes;
   RingEpoch epoch;
   std::uint8_t input[k_ring_input_max];
};

struct RingCallAnswer {
   neb_status status;
   char text[236];
   std::uint8_t digest[NEB_POW_DIGEST_MAX];
};

/// The start of the memory; the rings follow it.
struct RingHead {
   // The host's.
   alignas(64) std::uint32_t slots; // of each ring, a power of two
   alignas(64) std::atomic<std::uint32_t> doorbell;
   std::atomic<std::uint32_t> jobs;                  // handed in since the start
   std::atomic<std::uint32_t> calls;                 // likewise
   alignas(64) std::atomic<std::uint32_t> interrupt; // rings when one of the next two changed
   std::atomic<std::uint32_t> closing;
   std::atomic<std::uint64_t> cancelled_below;
   // The runner's.
   alignas(64) std::atomic<std::uint32_t> answer_bell;
   std::atomic<std::uint32_t> results;
   std::atomic<std::uint32_t> calls_done;
   alignas(64) std::atomic<std::uint32_t> beat; // changes whenever the plugin gave the thread back
   alignas(64) RingCallAnswer call_answer;
   alignas(64) RingCall call; // the host's again
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "the words lie between processes");

// Where things lie in it, for a ring of `slots` places (a power of two).
constexpr std::size_t ring_rounded(std::size_t bytes) noexcept {
   return (bytes + 63) / 64 * 64;
}
constexpr std::size_t ring_job_at(std::uint32_t slots, std::uint32_t number) noexcept {
   return ring_rounded(sizeof(RingHead)) + (number & (slots - 1)) * ring_rounded(sizeof(RingJob));
}
constexpr std::size_t ring_result_at(std::uint32_t slots, std::uint32_t number) noexcept {
   return ring_rounded(sizeof(RingHead)) + slots * ring_rounded(sizeof(RingJob)) +
          (number & (slots - 1)) * ring_rounded(sizeof(RingResult));
}
constexpr std::size_t ring_bytes(std::uint32_t slots) noexcept {
   return ring_rounded(sizeof(RingHead)) + slots * (ring_rounded(sizeof(RingJob)) + ring_rounded(sizeof(RingResult)));
}

/// One mapping of that memory. Not copyable; unmapped at the end.
class Ring {
public:
   /// The host's side: new memory with room for `depth` jobs; `descriptor` is for the runner.
   [[nodiscard]] static Result<Ring> make(std::uint32_t depth, Descriptor &descriptor);
   /// The runner's side. Refused: memory that is too small for what its head says.
   [[nodiscard]] static Result<Ring> attach(int descriptor);
   Ring(Ring &&other) noexcept;
   Ring &operator=(Ring &&) = delete;
   ~Ring();

   [[nodiscard]] RingHead &head() const noexcept { return *static_cast<RingHead *>(memory_); }
   [[nodiscard]] RingJob &job(std::uint32_t number) const noexcept;
   [[nodiscard]] RingResult &result(std::uint32_t number) const noexcept;
   [[nodiscard]] std::uint32_t slots() const noexcept { return slots_; }

private:
   Ring(void *memory, std::size_t bytes, std::uint32_t slots) : memory_(memory), bytes_(bytes), slots_(slots) {}

   void *memory_;
   std::size_t bytes_;
   std::uint32_t slots_; // this side's own copy: nobody else can change it
};

} // namespace nebula::host
