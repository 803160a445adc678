#pragma once

/// How the core asks for a hash. The shell answers through the algorithm plugins, tests with a function of their own.

#include "block.h"

namespace nebula::chain {

/// What keys an algorithm: `key` for EpochKind::key, the height for EpochKind::height.
struct Epoch {
   Hash key{};
   std::uint64_t height = 0;
};

class PowHasher {
public:
   virtual ~PowHasher() = default;
   /// The 32-byte digest of a complete input. Fault::unavailable: this node has no plugin for the algorithm.
   [[nodiscard]] virtual Result<Hash> hash(const AlgorithmParams &algorithm, const Epoch &epoch,
                                           ByteView input) const = 0;
};

/// The mold rebuilt from header and proof hashes to a number at or under the header's target.
[[nodiscard]] Result<void> check_pow(const AlgorithmParams &algorithm, const Epoch &epoch, const Header &header,
                                     const Proof &proof, const PowHasher &hasher);

} // namespace nebula::chain
