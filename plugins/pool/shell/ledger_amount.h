#pragma once

/// Amounts as operators write them.

#include "accounts/amount.h"

#include <string_view>

namespace nebula::pool {

/// "0.5" of a coin with so many decimals, rounded up to what the coin has. Throws NEB_E_CONFIG with what is wrong.
[[nodiscard]] accounts::Amount amount_of(std::string_view coins, unsigned decimals);

} // namespace nebula::pool
