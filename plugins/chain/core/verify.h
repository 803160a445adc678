#pragma once

/// Replays the whole main chain from genesis and compares everything the store says about it.

#include "header_check.h"

#include <functional>

namespace nebula::chain {

struct VerifyReport {
   std::uint64_t blocks = 0; // genesis included
   std::uint64_t transactions = 0;
   std::uint64_t accounts = 0;
   bool proofs_checked = false;
};

struct VerifyOptions {
   const PowHasher *hasher = nullptr; // null: proofs of work are not recomputed
   /// Called now and then; returns false to give up.
   std::function<bool(std::uint64_t done, std::uint64_t total)> progress;
};

/// Reads one consistent state of the store throughout. The error names the first block that is wrong and why. The
/// accounts of the replay are held in memory.
[[nodiscard]] Result<VerifyReport> verify_chain(Store &store, const NetworkParams &network,
                                                const VerifyOptions &options);

} // namespace nebula::chain
