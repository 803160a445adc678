#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace nebula::pool {

/// What the limit of open files leaves of `wanted` connections; the rest of the node keeps some descriptors for itself.
struct OpenFiles {
   std::uint32_t connections = 0;
   std::string advice; ///< what to set; empty: it is enough
};
[[nodiscard]] OpenFiles open_files_for(std::uint32_t wanted);

} // namespace nebula::pool
