#pragma once

/// What the coinbases of recent blocks paid to whom. A block's never changes, so each is read once and a bounded number
/// is remembered.

#include "core/block.h"
#include "core/store.h"

#include <map>
#include <mutex>

namespace nebula::chain {

class Coinbases {
public:
   explicit Coinbases(const NetworkParams &network) : network_(network) {}

   struct Paid {
      Amount reward = 0; // to the address asked for, without the bonus
      Amount bonus = 0;  // released to the bonus fund
   };
   /// Of a stored block. [thread-safe]
   [[nodiscard]] Result<Paid> paid(const ReadView &view, const Hash &block, const Address &to);

   /// What the last `depth` blocks of the main chain paid to an address, bonus included. [thread-safe]
   [[nodiscard]] Result<Amount> recent(const ReadView &view, unsigned depth, const Address &to);

private:
   [[nodiscard]] Result<Coinbase> find(const ReadView &view, const Hash &block);

   const NetworkParams &network_;
   std::mutex mutex_;
   std::map<Hash, Coinbase> known_;
};

/// Each has about 250 bytes; the blocks of some reorganisation depths.
inline constexpr std::size_t k_coinbases_kept = 256;

} // namespace nebula::chain
