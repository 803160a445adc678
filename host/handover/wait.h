#pragma once

#include "host/util/result.h"

#include <chrono>

namespace nebula::host::handover {

/// Whether there is something to read (an end counts) before the patience is over.
[[nodiscard]] Result<bool> readable(int descriptor, std::chrono::milliseconds patience);

} // namespace nebula::host::handover
