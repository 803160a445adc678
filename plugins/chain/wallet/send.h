#pragma once

/// Building a transfer from what a person asks for and what the node says of the account. No file, no terminal.

#include "core/signature.h"
#include "core/transaction.h"

namespace nebula::chain {

struct SendRequest {
   std::vector<Output> outputs;
   Amount fee = 0; // 0: what the node asks per byte, at least k_least_fee
   Bytes memo;
};

/// What the node answered.
struct SenderState {
   std::uint32_t chain_id = 0;
   std::uint64_t next_nonce = 0;
   Amount balance = 0;
   Amount min_fee_per_byte = 0;
};

inline constexpr Amount k_least_fee = 1'000; // 0.001 ZION

/// A signed transfer that the node would take, or what is wrong with the request.
[[nodiscard]] Result<TransactionPtr> build_transfer(const SigningKey &key, const SendRequest &request,
                                                    const SenderState &state);

} // namespace nebula::chain
