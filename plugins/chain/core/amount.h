#pragma once

/// Money as people write it: "12.5" is 12,500,000 units.

#include "types.h"

namespace nebula::chain {

/// Always six decimals: "43.835000".
[[nodiscard]] std::string to_text_zion(Amount amount);

/// Digits, optionally a point and at most six decimals; at most the maximum supply. Nothing is rounded.
[[nodiscard]] Result<Amount> parse_zion(std::string_view text);

} // namespace nebula::chain
