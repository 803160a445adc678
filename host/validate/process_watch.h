#pragma once

/// What a plugin must leave alone in the process that hosts it: signal handlers, working directory, file mode mask,
/// locale; and how many threads there are.

#include <cstdint>
#include <string>
#include <vector>

namespace nebula::host::validation {

struct ProcessState {
   std::vector<std::uintptr_t> handlers; // of each signal
   std::string directory;
   unsigned mode_mask = 0;
   std::string locale;

   [[nodiscard]] static ProcessState now();

   /// What differs, as the end of a sentence that begins with "it changed "; empty when nothing does.
   [[nodiscard]] std::string changed_since(const ProcessState &before) const;
};

/// Threads of this process.
[[nodiscard]] unsigned thread_count();

/// Waits at most `timeout_ms` until there are no more than `most` threads; a thread that was joined may take a moment
/// to leave the process table. True when there are.
[[nodiscard]] bool threads_settle(unsigned most, unsigned timeout_ms);

} // namespace nebula::host::validation
