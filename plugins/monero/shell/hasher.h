#pragma once

/// RandomX through the node's algorithm plugin. All functions are called on workers.

#include "core/bytes.h"

#include <nebula/services.hpp>
#include <nebula/svc/pow-algorithm.h>

namespace nebula::monero {

class Hasher {
public:
   /// Throws when no enabled plugin offers RandomX. [main & in init]
   explicit Hasher(Host host);

   [[nodiscard]] Result<Hash> hash(const Hash &seed, ByteView input) const;

   /// Makes hashing under this seed fast ahead of its first use; takes about a second. The error is for the log only.
   [[nodiscard]] Result<std::monostate> prepare(const Hash &seed) const;

private:
   Slot<neb_pow_algorithm> slot_;
};

} // namespace nebula::monero
