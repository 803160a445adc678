#pragma once

/// The next block before it is found: what a miner works on, and the block that follows from a solution.

#include "chain.h"
#include "mold.h"

namespace nebula::chain {

/// A header without extranonce, and the transactions it commits to.
struct BlockTemplate {
   Header header;
   std::vector<TransactionPtr> transactions;
   Epoch epoch;
   Epoch next_epoch;  // equal to `epoch` as long as no change is in sight
   Amount reward = 0; // to the miner, fees included
};

struct TemplateRequest {
   const AlgorithmParams *algorithm = nullptr;
   Address miner{};
   std::vector<TransactionPtr> transfers; // in the order to try; those that do not apply are left out
   Amount bonus = 0;                      // wanted from the bonus fund; cut to what the chain allows
   std::uint64_t now_s = 0;
};

/// Fault::invalid: the algorithm is removed at the next height.
[[nodiscard]] Result<BlockTemplate> make_template(const Chain &chain, const TemplateRequest &request);

/// What was found. The extranonce goes into the header, or into the coinbase of an algorithm that has one; only that
/// has a time of its own, and 0 is the template's.
struct Solution {
   Extranonce extranonce{};
   std::uint64_t nonce = 0;
   std::uint32_t ntime = 0;
};

/// The input to search for this extranonce and time; their nonce is not looked at.
[[nodiscard]] Result<PowInput> search_input(const NetworkParams &network, const BlockTemplate &base,
                                            const Solution &solution);

/// The block that solves `base`.
[[nodiscard]] Result<BlockPtr> solve(const NetworkParams &network, const BlockTemplate &base, const Solution &solution);

} // namespace nebula::chain
