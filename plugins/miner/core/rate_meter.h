#pragma once

/// Hashes per second over the windows people ask for. Time is given in, so tests drive it.

#include <array>
#include <cstdint>

namespace nebula::miner {

/// Not thread-safe: whoever shares one locks around it.
class RateMeter {
public:
   static constexpr std::uint64_t k_short_s = 10;
   static constexpr std::uint64_t k_medium_s = 60;
   static constexpr std::uint64_t k_long_s = 900;

   explicit RateMeter(std::uint64_t now_ns) noexcept : start_ns_(now_ns), second_(now_ns / k_second_ns) {}

   /// Counts hashes that were finished by `now_ns`. A time before the last one counts as the last one.
   void add(std::uint64_t now_ns, std::uint64_t hashes) noexcept;

   /// Hashes per second over the last `window_s` whole seconds (1 to k_long_s), or over the time since the meter began
   /// when that is shorter.
   [[nodiscard]] double rate(std::uint64_t now_ns, std::uint64_t window_s) const noexcept;

   [[nodiscard]] std::uint64_t total() const noexcept { return total_; }

private:
   static constexpr std::uint64_t k_second_ns = 1'000'000'000;
   static constexpr std::uint64_t k_slots = k_long_s + 1; ///< the current second is not whole yet

   void advance(std::uint64_t second) noexcept;

   std::uint64_t start_ns_;
   std::uint64_t second_; ///< the second that slots_[second_ % k_slots] counts
   std::uint64_t total_ = 0;
   std::array<std::uint64_t, k_slots> slots_{};
};

} // namespace nebula::miner
