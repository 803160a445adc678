#pragma once

/// When a runner that died may come back: after a pause that doubles, and not more than a few times in a while. A pure
/// state machine.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace nebula::host {

class RestartBudget {
public:
   static constexpr std::size_t k_restarts_max = 5; // within the window
   static constexpr std::uint64_t k_window_ns = 600'000'000'000;
   static constexpr std::uint64_t k_pause_ns = 250'000'000; // before the first; doubles with each within the window
   static constexpr std::uint64_t k_pause_max_ns = 30'000'000'000;

   /// It died at `now_ns`: the pause before it is started again; nullopt: never again.
   [[nodiscard]] std::optional<std::uint64_t> died(std::uint64_t now_ns) {
      while (!restarts_.empty() && now_ns - restarts_.front() > k_window_ns)
         restarts_.pop_front();
      if (restarts_.size() == k_restarts_max)
         return std::nullopt;
      const std::uint64_t pause = std::min(k_pause_ns << restarts_.size(), k_pause_max_ns);
      restarts_.push_back(now_ns);
      return pause;
   }
   /// Within the window that the last death looked at.
   [[nodiscard]] std::size_t used() const noexcept { return restarts_.size(); }

private:
   std::deque<std::uint64_t> restarts_;
};

} // namespace nebula::host
