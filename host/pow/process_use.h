#pragma once

/// What this process has used so far, for measurements.

#include <cstdint>

namespace nebula::host {

/// Processor time of all threads.
[[nodiscard]] std::uint64_t process_cpu_ns() noexcept;

/// Growth of the process's memory in RAM since it was made.
class MemoryGrowth {
public:
   /// The system counts the peak from here on.
   MemoryGrowth() noexcept;
   /// Bytes from then to the peak since then; 0 where /proc cannot be read.
   [[nodiscard]] std::uint64_t peak() const noexcept;

private:
   std::uint64_t before_;
};

} // namespace nebula::host
