#pragma once

/// How long a runner may be silent inside a call before it is taken for stopped or looping. Nothing can tell an endless
/// loop from long work; what can be known is how long this plugin was silent before, and that is what counts. One for
/// each table of a plugin, kept over restarts; thread-safe.

#include "host/isolation/limits.h"

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace nebula::host {

class Patience {
public:
   /// It was silent for `gap_ns` and then went on; `preparing`: an epoch was new to the session.
   void learn(bool preparing, std::uint64_t gap_ns) noexcept {
      if (preparing)
         prepared_.store(true, std::memory_order_relaxed);
      raise(preparing ? longest_preparation_ns_ : longest_slice_ns_, gap_ns);
   }
   void learn_open(std::uint64_t took_ns) noexcept { raise(longest_open_ns_, std::max<std::uint64_t>(took_ns, 1)); }
   void learn_job(std::uint64_t took_ns) noexcept { raise(longest_job_ns_, took_ns); }

   /// Silence above it is the end of the runner.
   [[nodiscard]] std::uint64_t silence_ns(bool preparing) const noexcept {
      if (!preparing)
         return std::clamp(4 * longest_slice_ns_.load(std::memory_order_relaxed), k_silence_ns, k_silence_max_ns);
      if (!prepared_.load(std::memory_order_relaxed))
         return k_first_silence_ns;
      return std::clamp(8 * longest_preparation_ns_.load(std::memory_order_relaxed), k_silence_ns, k_prepare_max_ns);
   }
   /// Opening a session may take that long. The first one may compile kernels.
   [[nodiscard]] std::uint64_t open_ns() const noexcept {
      const std::uint64_t longest = longest_open_ns_.load(std::memory_order_relaxed);
      return longest == 0 ? k_open_ns : std::clamp(8 * longest, k_open_least_ns, k_open_ns);
   }
   /// A job without a result for longer, however often the plugin says "not yet", is the end as well.
   [[nodiscard]] std::uint64_t job_ns() const noexcept {
      return std::max(k_job_ns, 32 * longest_job_ns_.load(std::memory_order_relaxed));
   }

private:
   static void raise(std::atomic<std::uint64_t> &longest, std::uint64_t value) noexcept {
      auto now = longest.load(std::memory_order_relaxed);
      while (now < value && !longest.compare_exchange_weak(now, value, std::memory_order_relaxed)) {
      }
   }

   std::atomic<bool> prepared_{false};
   std::atomic<std::uint64_t> longest_open_ns_{0}; // 0: none yet
   std::atomic<std::uint64_t> longest_slice_ns_{0}, longest_preparation_ns_{0}, longest_job_ns_{0};
};

} // namespace nebula::host
