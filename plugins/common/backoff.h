#pragma once

/// Growing pauses with jitter, so that many nodes do not come back to a restarted daemon in step.

#include <algorithm>
#include <cstdint>

namespace nebula::common {

/// Milliseconds of a clock that never goes back; its zero has no meaning.
using TimeMs = std::int64_t;

class Backoff {
public:
   /// Pauses start at `first` and double up to `longest`. Equal seeds give equal pauses.
   Backoff(TimeMs first, TimeMs longest, std::uint64_t seed) : first_(first), longest_(longest), state_(seed) {}

   /// The next pause: between half of the current step and all of it.
   [[nodiscard]] TimeMs next() {
      step_ = step_ == 0 ? first_ : std::min(step_ * 2, longest_);
      const TimeMs half = step_ / 2;
      return half + static_cast<TimeMs>(random() % static_cast<std::uint64_t>(step_ - half + 1));
   }

   void reset() { step_ = 0; }

private:
   std::uint64_t random() { // splitmix64
      state_ += 0x9e3779b97f4a7c15;
      std::uint64_t z = state_;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
      z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
      return z ^ (z >> 31);
   }

   TimeMs first_;
   TimeMs longest_;
   TimeMs step_ = 0;
   std::uint64_t state_;
};

} // namespace nebula::common
