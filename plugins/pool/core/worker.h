#pragma once

/// A worker: WALLET.WORKER at one algorithm, whatever connections it has now.

#include "conduct.h"
#include "rate.h"
#include "vardiff.h"

#include <cstdint>
#include <memory>
#include <string>

namespace nebula::pool {

struct ShareCounts {
   std::uint64_t accepted = 0, stale = 0, duplicate = 0, low = 0, invalid = 0, blocks = 0;
   /// The sum of accepted shares' difficulties: hashes that are proven.
   std::uint64_t hashes = 0;
   [[nodiscard]] std::uint64_t rejected() const { return stale + duplicate + low + invalid; }
};

struct Worker {
   std::string wallet, name, agent; ///< `name` without the wallet; may be empty
   std::uint8_t algorithm = 0;
   std::uint32_t connections = 0;
   std::uint32_t account = 0; ///< of this run's accounts; 0: none yet
   std::uint64_t first_ns = 0, seen_ns = 0, share_ns = 0;
   ShareCounts shares;
   Conduct conduct;
   RateMeter rate;
   /// What a connection that ended had learnt, for the next one. Apart, for most workers have a connection.
   std::unique_ptr<VardiffState> left_behind;

   /// WALLET.WORKER, or WALLET alone for each of its workers.
   [[nodiscard]] bool is_named(std::string_view text) const {
      return text == wallet || (text.size() == wallet.size() + 1 + name.size() && text.starts_with(wallet) &&
                                text[wallet.size()] == '.' && text.ends_with(name));
   }
};

} // namespace nebula::pool
