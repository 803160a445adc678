// nebula.clock/1: the node's time.
#pragma once

#include <nebula/ext/clock.h>
#include <nebula/host.hpp>

#include <chrono>

namespace nebula {

// Copyable; [real].
class Clock {
public:
   // Throws when the host has none: a plugin must never fall back to a clock that tests cannot drive.
   explicit Clock(Host host) : host_(host.raw()), api_(&host.require<neb_ext_clock>(NEB_EXT_CLOCK)) {}

   uint64_t monotonic_ns() const noexcept { return api_->monotonic_ns(host_); } // deadlines and timers
   int64_t wall_ns() const noexcept { return api_->wall_ns(host_); }            // since 1970
   uint64_t wall_s() const noexcept {
      const int64_t now = wall_ns();
      return now < 0 ? 0 : static_cast<uint64_t>(now) / 1'000'000'000u;
   }

private:
   const neb_host *host_;
   const neb_ext_clock *api_;
};

} // namespace nebula
