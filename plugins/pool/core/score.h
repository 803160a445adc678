#pragma once

/// When a worker is shut out: as ZION 2.8.2, at 60 percent bad shares of 200, for 600 seconds. Stale shares are
/// nobody's fault and do not count.

#include <cstdint>

namespace nebula::pool {

struct BanRule {
   std::uint32_t shares = 200;
   std::uint32_t invalid_percent = 60;
   std::uint64_t ban_ns = 600'000'000'000;
};

class Score {
public:
   void good() { count(0); }
   /// True: it is banned from now on.
   [[nodiscard]] bool bad(const BanRule &rule, std::uint64_t now_ns) {
      count(1);
      if (total_ < rule.shares || std::uint64_t{bad_} * 100 < std::uint64_t{total_} * rule.invalid_percent)
         return false;
      ban(rule.ban_ns, now_ns);
      return true;
   }
   void ban(std::uint64_t ban_ns, std::uint64_t now_ns) {
      banned_until_ns_ = now_ns + ban_ns;
      total_ = bad_ = 0;
   }
   void unban() { banned_until_ns_ = 0; }
   [[nodiscard]] bool banned(std::uint64_t now_ns) const { return now_ns < banned_until_ns_; }
   [[nodiscard]] std::uint64_t banned_until_ns() const { return banned_until_ns_; }

private:
   /// The past fades, so that a worker that was good for a year is noticed when it turns bad.
   static constexpr std::uint32_t k_remembered = 1'000;

   void count(std::uint32_t bad) {
      if (total_ >= k_remembered) {
         total_ /= 2;
         bad_ /= 2;
      }
      ++total_;
      bad_ += bad;
   }

   std::uint32_t total_ = 0, bad_ = 0;
   std::uint64_t banned_until_ns_ = 0;
};

} // namespace nebula::pool
