#pragma once

/// What a load has shown, for people and for programs.

#include "load.h"

#include <string>

namespace nebula::pool {

[[nodiscard]] std::string report_text(const LoadSettings &settings, const LoadResult &result);
/// One JSON object.
[[nodiscard]] std::string report_json(const LoadSettings &settings, const LoadResult &result);

/// Nothing was lost, refused or misjudged. A good share may be stale: a block can come between its work and it.
[[nodiscard]] bool flawless(const LoadResult &result);

} // namespace nebula::pool
