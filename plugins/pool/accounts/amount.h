#pragma once

/// Numbers of the accounts. All of them are integers.

#include <cstdint>

namespace nebula::pool::accounts {

/// Atomic units of the coin: 10^-6 ZION, 10^-12 XMR.
using Amount = std::uint64_t;
__extension__ typedef unsigned __int128 u128;
__extension__ typedef __int128 i128;

/// What one wallet has of both funds of a coin. Their sums never pass what the coin issues, which fits 64 bits.
struct Money {
   Amount main = 0;  ///< from block rewards
   Amount bonus = 0; ///< from what blocks release as bonus

   friend bool operator==(const Money &, const Money &) = default;
   Money &operator+=(const Money &other) {
      main += other.main;
      bonus += other.bonus;
      return *this;
   }
   Money &operator-=(const Money &other) {
      main -= other.main;
      bonus -= other.bonus;
      return *this;
   }
   friend Money operator+(Money a, const Money &b) { return a += b; }
   [[nodiscard]] bool zero() const { return main == 0 && bonus == 0; }
};

} // namespace nebula::pool::accounts
