#include "rate_meter.h"

#include <algorithm>

namespace nebula::miner {

void RateMeter::advance(std::uint64_t second) noexcept {
   if (second <= second_)
      return;
   const std::uint64_t steps = std::min(second - second_, k_slots);
   for (std::uint64_t i = 0; i < steps; ++i)
      slots_[(second - i) % k_slots] = 0;
   second_ = second;
}

void RateMeter::add(std::uint64_t now_ns, std::uint64_t hashes) noexcept {
   advance(now_ns / k_second_ns);
   slots_[second_ % k_slots] += hashes;
   total_ += hashes;
}

double RateMeter::rate(std::uint64_t now_ns, std::uint64_t window_s) const noexcept {
   const std::uint64_t now = std::max(now_ns / k_second_ns, second_);
   const std::uint64_t window = std::clamp<std::uint64_t>(window_s, 1, k_long_s);
   const std::uint64_t first = start_ns_ / k_second_ns;
   if (now - first < window) { // young: everything so far, over the time so far
      const std::uint64_t elapsed = std::max<std::uint64_t>(now_ns > start_ns_ ? now_ns - start_ns_ : 0, 1'000'000);
      return static_cast<double>(total_) * 1e9 / static_cast<double>(elapsed);
   }
   std::uint64_t sum = 0;
   for (std::uint64_t second = now - window; second < now; ++second)
      if (second <= second_ && second_ - second < k_slots)
         sum += slots_[second % k_slots];
   return static_cast<double>(sum) / static_cast<double>(window);
}

} // namespace nebula::miner
