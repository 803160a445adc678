#pragma once

#include <cstdint>
#include <string_view>

namespace nebula::host {

/// Where the progress of long work is shown: a bar on a terminal, else a log line every ten percent.
/// Thread-safe. `done` == `total` ends that work; so does `total` == 0.
class ProgressSink {
public:
   virtual ~ProgressSink() = default;
   virtual void progress(std::string_view instance, std::string_view what, uint64_t done, uint64_t total,
                         std::string_view unit) = 0;
};

} // namespace nebula::host
