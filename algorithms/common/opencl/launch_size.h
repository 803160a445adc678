#pragma once

/// How many nonces a launch takes: as many as the device does in a few milliseconds. Long against a launch's own cost,
/// short against a job that is cancelled.

#include <algorithm>
#include <cstdint>

namespace nebula::common::opencl {

inline constexpr std::uint64_t k_launch_ns = 4'000'000;

class LaunchSize {
public:
   LaunchSize(std::uint64_t first, std::uint64_t least, std::uint64_t most) noexcept
      : nonces_(std::clamp(first, least, most)), least_(least), most_(most) {}

   [[nodiscard]] std::uint64_t nonces() const noexcept { return nonces_; }
   /// Whether the last full launch took about what it should, or no other size is allowed.
   [[nodiscard]] bool settled() const noexcept { return settled_; }

   /// What a launch of `nonces` took. Only full ones count: a short one is mostly overhead.
   void report(std::uint64_t nonces, std::uint64_t ns) noexcept {
      if (nonces != nonces_)
         return;
      if (ns < k_launch_ns / 2)
         nonces_ = std::min(nonces_ * 2, most_);
      else if (ns > k_launch_ns * 2)
         nonces_ = std::max(nonces_ / 2, least_);
      settled_ = nonces == nonces_;
   }

private:
   std::uint64_t nonces_, least_, most_;
   bool settled_ = false;
};

} // namespace nebula::common::opencl
