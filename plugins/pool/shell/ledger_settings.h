#pragma once

/// What the configuration says of rewards, payouts and the books.

#include "ledger.h"

#include <nebula/config.hpp>

namespace nebula::pool {

/// Throws NEB_E_CONFIG for what the schema cannot say.
[[nodiscard]] LedgerSettings read_ledger(const Config &config);

} // namespace nebula::pool
