#pragma once

/// Which of the pool's extranonces are taken. Two miners with the same one would do the same work.

#include <cstdint>
#include <optional>
#include <unordered_set>

namespace nebula::pool {

class Extranonces {
public:
   /// One that nobody has. They follow one another, so that one that was given back is not reused soon.
   [[nodiscard]] std::uint32_t take() {
      while (!taken_.insert(++last_).second) {
      }
      return last_;
   }
   void give_back(std::uint32_t extranonce) { taken_.erase(extranonce); }

private:
   std::unordered_set<std::uint32_t> taken_; // far fewer than there are: PoolSettings::connections_max
   std::uint32_t last_ = 0;
};

} // namespace nebula::pool
