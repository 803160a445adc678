#pragma once

/// How a worker behaves, by where it comes from: anybody may log in under its name, and what he does there must not
/// shut out the one whose name it is.

#include "score.h"

#include <algorithm>
#include <vector>

namespace nebula::pool {

class Conduct {
public:
   /// What stands for an address; 0: it is not known.
   using Origin = std::uint64_t;
   /// Places that are remembered of one worker; then the longest known one that is not shut out makes room.
   static constexpr std::size_t k_origins_max = 8;

   void good(Origin from) { of(from).good(); }
   /// True: it is banned there from now on.
   [[nodiscard]] bool bad(const BanRule &rule, Origin from, std::uint64_t now_ns) {
      last_ns_ = now_ns;
      return of(from).bad(rule, now_ns);
   }
   /// Wherever it comes from.
   void ban(std::uint64_t ban_ns, std::uint64_t now_ns) { banned_until_ns_ = now_ns + ban_ns; }
   void unban() {
      banned_until_ns_ = 0;
      places_.clear();
   }
   [[nodiscard]] bool banned(Origin from, std::uint64_t now_ns) const {
      const auto place = std::ranges::find(places_, from, &Place::from);
      return now_ns < banned_until_ns_ || (place != places_.end() && place->score.banned(now_ns));
   }
   /// Anywhere.
   [[nodiscard]] bool banned(std::uint64_t now_ns) const { return now_ns < banned_until_ns(); }
   /// The last place's.
   [[nodiscard]] std::uint64_t banned_until_ns() const {
      std::uint64_t last = banned_until_ns_;
      for (const Place &place : places_)
         last = std::max(last, place.score.banned_until_ns());
      return last;
   }
   /// Of a ban wherever it comes from.
   [[nodiscard]] std::uint64_t banned_everywhere_until_ns() const { return banned_until_ns_; }

private:
   struct Place {
      Origin from = 0;
      Score score;
   };

   Score &of(Origin from) {
      const auto known = std::ranges::find(places_, from, &Place::from);
      if (known != places_.end())
         return known->score;
      if (places_.size() == k_origins_max) {
         auto spared = std::ranges::find_if(places_, [&](const Place &one) { return !one.score.banned(last_ns_); });
         places_.erase(spared == places_.end() ? places_.begin() : spared);
      }
      return places_.emplace_back(Place{from, {}}).score;
   }

   std::vector<Place> places_; // the longest known first; few have more than one
   std::uint64_t banned_until_ns_ = 0, last_ns_ = 0;
};

} // namespace nebula::pool
