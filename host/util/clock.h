#pragma once

/// The node's time behind one interface, so that tests and simulations can drive everything that waits.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace nebula::host {

/// Something that has appointments with a clock that is moved by hand (a timer queue).
class ClockListener {
public:
   virtual ~ClockListener() = default;
   /// Monotonic time of its next appointment, or UINT64_MAX.
   [[nodiscard]] virtual uint64_t next_deadline_ns() = 0;
   /// The clock was moved: keep what is due, on the calling thread.
   virtual void clock_moved() = 0;
};

/// Thread-safe. Reading it neither blocks nor allocates.
class Clock {
public:
   virtual ~Clock() = default;
   /// Never goes back; its zero has no meaning.
   [[nodiscard]] virtual uint64_t monotonic_ns() const noexcept = 0;
   /// Since 1970-01-01T00:00:00Z; may jump.
   [[nodiscard]] virtual int64_t wall_ns() const noexcept = 0;
   /// True when time moves only by `ManualClock::advance`: nobody may then wait for it to pass on its own.
   [[nodiscard]] virtual bool is_manual() const noexcept = 0;

   /// Only called on a manual clock. A listener is removed before it dies.
   virtual void add_listener(ClockListener *) {}
   virtual void remove_listener(ClockListener *) {}

   /// Waits until `predicate` holds or `deadline_ns` of this clock has come; returns what the predicate says then.
   template <class Predicate>
   bool wait_until(std::condition_variable &changed, std::unique_lock<std::mutex> &lock, uint64_t deadline_ns,
                   Predicate predicate) const {
      while (!predicate()) {
         const uint64_t now = monotonic_ns();
         if (now >= deadline_ns)
            return false;
         // One slice at most: a manual clock is moved by somebody else, and a huge deadline would overflow the sum.
         const uint64_t slice = is_manual() ? 1'000'000u : 3'600'000'000'000u;
         const uint64_t left = deadline_ns - now;
         changed.wait_for(lock, std::chrono::nanoseconds(left < slice ? left : slice));
      }
      return true;
   }
};

/// The machine's clocks.
class RealClock final : public Clock {
public:
   [[nodiscard]] uint64_t monotonic_ns() const noexcept override {
      using namespace std::chrono;
      return static_cast<uint64_t>(duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count());
   }
   [[nodiscard]] int64_t wall_ns() const noexcept override {
      using namespace std::chrono;
      return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
   }
   [[nodiscard]] bool is_manual() const noexcept override { return false; }
};

/// A clock that stands still until it is moved. `advance` stops at each listener's appointment on the way and lets it
/// be kept before going on, so that a timer that sets itself again fires as often as it would in real time.
class ManualClock final : public Clock {
public:
   explicit ManualClock(uint64_t monotonic_ns = 1'000'000'000, int64_t wall_ns = 1'700'000'000'000'000'000)
      : monotonic_ns_(monotonic_ns), wall_ns_(wall_ns) {}

   [[nodiscard]] uint64_t monotonic_ns() const noexcept override {
      return __atomic_load_n(&monotonic_ns_, __ATOMIC_ACQUIRE);
   }
   [[nodiscard]] int64_t wall_ns() const noexcept override { return __atomic_load_n(&wall_ns_, __ATOMIC_ACQUIRE); }
   [[nodiscard]] bool is_manual() const noexcept override { return true; }

   /// Moves both clocks forward. One caller at a time; what is due runs on the calling thread.
   void advance(uint64_t nanoseconds) {
      const uint64_t end = monotonic_ns() + nanoseconds;
      for (;;) {
         const uint64_t next = next_appointment();
         if (next > end)
            break;
         move_to(next);
         for (ClockListener *listener : listeners())
            listener->clock_moved();
      }
      move_to(end);
   }
   /// Moves the wall clock alone, as an operator or a time server does.
   void set_wall_ns(int64_t wall_ns) { __atomic_store_n(&wall_ns_, wall_ns, __ATOMIC_RELEASE); }

   void add_listener(ClockListener *listener) override {
      std::lock_guard lock(mutex_);
      listeners_.push_back(listener);
   }
   void remove_listener(ClockListener *listener) override {
      std::lock_guard lock(mutex_);
      std::erase(listeners_, listener);
   }

private:
   [[nodiscard]] std::vector<ClockListener *> listeners() {
      std::lock_guard lock(mutex_);
      return listeners_;
   }
   [[nodiscard]] uint64_t next_appointment() {
      uint64_t next = UINT64_MAX;
      for (ClockListener *listener : listeners()) {
         const uint64_t deadline = listener->next_deadline_ns();
         next = deadline < next ? deadline : next;
      }
      return next;
   }
   void move_to(uint64_t monotonic) {
      const uint64_t now = monotonic_ns();
      if (monotonic <= now)
         return;
      __atomic_store_n(&wall_ns_, wall_ns() + static_cast<int64_t>(monotonic - now), __ATOMIC_RELEASE);
      __atomic_store_n(&monotonic_ns_, monotonic, __ATOMIC_RELEASE);
   }

   uint64_t monotonic_ns_;
   int64_t wall_ns_;
   std::mutex mutex_;
   std::vector<ClockListener *> listeners_;
};

} // namespace nebula::host
