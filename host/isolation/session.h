#pragma once

/// The host's end of one session in a runner: jobs go in and results come out through shared memory. [session] as in
/// nebula/svc/pow-backend.h, but for cancel_below and what the watch calls.

#include "host/isolation/patience.h"
#include "host/isolation/ring.h"
#include "host/isolation/runner_process.h"

#include <nebula/svc/pow-backend.h>

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace nebula::host {

class IsolatedSession final : private WatchedSession {
public:
   /// `patience` outlives the session; `epochs`: the algorithm has some, so that a new one may take long.
   [[nodiscard]] static Result<std::unique_ptr<IsolatedSession>>
   open(std::shared_ptr<RunnerProcess> runner, const Open &what, Patience &patience, bool epochs);
   /// Lets the runner close its end; waits for nothing.
   ~IsolatedSession() override;
   IsolatedSession(const IsolatedSession &) = delete;
   IsolatedSession &operator=(const IsolatedSession &) = delete;

   // As the contract says; NEB_E_DEVICE once the runner is dead, then each job in flight gives that as its result.
   [[nodiscard]] neb_status prepare(const neb_pow_epoch &epoch, neb_error *err);
   [[nodiscard]] neb_status submit(const neb_pow_job &job);
   [[nodiscard]] neb_status wait(neb_pow_result &result, std::uint64_t timeout_ns);
   void cancel_below(std::uint64_t ticket) noexcept;
   /// For sessions of an algorithm.
   [[nodiscard]] neb_status hash(const neb_pow_epoch &epoch, neb_bytes input, std::uint8_t *digest,
                                 std::uint32_t digest_bytes);

   [[nodiscard]] const RunnerProcess &runner() const noexcept { return *runner_; }

private:
   struct Flight {
      std::uint64_t ticket;
      std::uint32_t hit_capacity;
      bool new_epoch;
      std::uint64_t since_ns;
   };
   struct Epoch {
      std::string key;
      std::uint64_t height = 0;
      friend bool operator==(const Epoch &, const Epoch &) = default;
   };

   IsolatedSession(std::shared_ptr<RunnerProcess> runner, Ring ring, std::uint32_t depth, Patience &patience,
                   bool epochs);
   [[nodiscard]] std::optional<std::string> look(std::uint64_t passed_ns) override;
   void heard_progress() override { progress_.fetch_add(1, std::memory_order_relaxed); }
   void wake() override { futex_ring(ring_.head().answer_bell); }

   [[nodiscard]] bool is_new(const neb_pow_epoch &epoch);
   [[nodiscard]] neb_status call(CallKind kind, const neb_pow_epoch &epoch, neb_bytes input, RingCallAnswer &answer);
   [[nodiscard]] bool take(neb_pow_result &result);
   void fill(neb_pow_result &result, const RingResultHead &head, const Flight &flight, const neb_pow_hit *hits);
   void set_active();
   [[nodiscard]] bool owes() const;

   const std::shared_ptr<RunnerProcess> runner_;
   const Ring ring_;
   const std::uint32_t depth_;
   Patience &patience_;
   const bool epochs_;
   std::deque<Flight> flights_; // [session], as all below
   std::vector<Epoch> seen_;    // newest last
   std::uint32_t jobs_ = 0, results_ = 0, calls_ = 0;
   bool calling_ = false, call_new_epoch_ = false;

   // What the watch reads: how much was asked, whether the oldest of it prepares an epoch, and a number that changes
   // whenever the host asked or took something.
   std::atomic<std::uint32_t> asked_jobs_{0}, asked_calls_{0};
   std::atomic<bool> preparing_{false};
   std::atomic<std::uint32_t> activity_{0}, progress_{0};
   // The watch's own.
   std::uint32_t looked_beat_ = 0, looked_activity_ = 0, looked_progress_ = 0;
   std::uint64_t silent_ns_ = 0, waited_ns_ = 0;
};

} // namespace nebula::host
