#pragma once

/// How often something may happen. Time is whatever the caller says it is.

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace nebula::pool {

/// What a miner does that has a limit.
enum class Ask : std::uint8_t { connect, login, submit, other };
inline constexpr std::size_t k_asks = 4;

/// At most `events` at once, and as many in each `window_ns` on average.
struct Rate {
   std::uint32_t events = 1; ///< at least 1
   std::uint64_t window_ns = 60'000'000'000;
   [[nodiscard]] std::uint64_t interval_ns() const { return std::max<std::uint64_t>(window_ns / events, 1); }
};

/// A token bucket in eight bytes: the moment at which it will be full again (the "theoretical arrival time" of ATM's
/// generic cell rate algorithm). A new one is full.
class Bucket {
public:
   /// True: there was a token, and it is taken.
   [[nodiscard]] bool take(const Rate &rate, std::uint64_t now_ns, std::uint32_t tokens = 1) {
      const std::uint64_t from = std::max(full_ns_, now_ns), until = from + rate.interval_ns() * tokens;
      if (until - now_ns > rate.interval_ns() * rate.events)
         return false;
      full_ns_ = until;
      return true;
   }
   /// Nothing of it is to be remembered.
   [[nodiscard]] bool full(std::uint64_t now_ns) const { return full_ns_ <= now_ns; }

private:
   std::uint64_t full_ns_ = 0;
};

} // namespace nebula::pool
