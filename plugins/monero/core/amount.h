#pragma once

/// Sums of payments, and amounts as people read them.

#include "core/wallet_rpc.h"

namespace nebula::monero {

/// 2^64 - 1 when the sum is larger.
[[nodiscard]] std::uint64_t sum_of(std::span<const Payment> payments);

/// "12.500000000000 XMR"
[[nodiscard]] std::string text_xmr(std::uint64_t amount);

} // namespace nebula::monero
