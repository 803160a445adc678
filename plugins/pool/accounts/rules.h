#pragma once

/// What an operator decides about rewards and payouts.

#include "levels.h"

#include <map>
#include <string>

namespace nebula::pool::accounts {

struct Rules {
   Scheme scheme = Scheme::pplns;
   std::uint32_t window = 2;  ///< PPLNS: work that a block is divided over, times the network's difficulty
   std::uint32_t fee_ppm = 0; ///< of the main fund's part of each block
   std::string fee_address;   ///< who has it; empty: it stays in the fund, as the pool's own
   bool bonus = true;         ///< levels multiply
   std::vector<LevelView> levels = default_levels();
   std::map<std::string, std::uint64_t> reference_difficulty; ///< per algorithm, in hashes; absent: see share_milli_xp

   Amount threshold = 1'000'000;             ///< a balance from here on is paid
   std::map<std::string, Amount> thresholds; ///< per wallet
   std::uint64_t payout_interval_s = 600;
   std::uint32_t batch_payments_max = 500;
   std::uint64_t poll_s = 5; ///< from question to question about one block or batch

   std::size_t splits_kept = 1'000; ///< mature blocks of which it is known who got what
   std::uint64_t checkpoint_s = 10;
   std::size_t checkpoint_events = 20'000;
};

/// What the coin is, when there is one.
struct CoinFacts {
   std::string name, symbol;
   std::uint32_t decimals = 0;
   std::uint32_t maturity = 0;
   std::uint32_t funds = 1;
};

} // namespace nebula::pool::accounts
