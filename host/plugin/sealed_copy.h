#pragma once

/// Copies a file into sealed anonymous memory and hashes the copy.

#include "host/util/result.h"

#include <string>

namespace nebula::host {

struct SealedCopy {
   int descriptor = -1; // the caller's from now on; nobody can change its bytes any more
   std::string sha256;  // of those bytes, 64 lower case hex digits
};

/// `descriptor` is a regular file of at most k_max_plugin_bytes; it stays the caller's.
[[nodiscard]] Result<SealedCopy> sealed_copy(int descriptor);

} // namespace nebula::host
