#pragma once

/// What became of the solutions handed in.

#include <atomic>
#include <cstdint>

namespace nebula::miner {

struct ResultCounts {
   std::uint64_t submitted = 0; ///< handed to the source
   std::uint64_t accepted = 0;  ///< blocks included
   std::uint64_t blocks = 0;
   std::uint64_t stale = 0;
   std::uint64_t rejected = 0; ///< low, duplicate or invalid
   std::uint64_t lost = 0;     ///< never judged: the source was away, full, or could not hand it on
};

/// The outcome of one solution, as the work source says it (NEB_WORK_...), in one word for people and events.
[[nodiscard]] const char *outcome_name(std::int32_t outcome) noexcept;

/// Thread-safe counters.
class Results {
public:
   void submitted() noexcept { submitted_.fetch_add(1, std::memory_order_relaxed); }
   void lost() noexcept { lost_.fetch_add(1, std::memory_order_relaxed); }

   /// Counts an outcome; one that this version does not know counts as rejected.
   void judged(std::int32_t outcome) noexcept;

   [[nodiscard]] ResultCounts counts() const noexcept;

private:
   std::atomic<std::uint64_t> submitted_{0}, accepted_{0}, blocks_{0}, stale_{0}, rejected_{0}, lost_{0};
};

} // namespace nebula::miner
