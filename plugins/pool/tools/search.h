#pragma once

/// The search for a share, as a miner does it.

#include "algorithms.h"
#include "miner.h"

namespace nebula::pool {

struct Found {
   std::uint64_t nonce = 0;
   Digest digest{};
};

/// A nonce of the work whose digest meets its target, or misses it. `next()` numbers the nonces to be tried; nothing
/// when `goes_on()` ended it.
template <class Next, class GoesOn>
[[nodiscard]] std::optional<Found> search(Computer &computer, const Work &work, bool meets, const Next &next,
                                          const GoesOn &goes_on) {
   while (goes_on()) {
      const std::uint64_t nonce = work.nonce(next());
      const Digest digest = computer.digest(work.input, work.epoch, nonce);
      if (computer.meets(digest, work.target) == meets)
         return Found{nonce, digest};
   }
   return std::nullopt;
}

} // namespace nebula::pool
