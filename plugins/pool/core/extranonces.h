#pragma once

/// Which of the pool's extranonces are taken. Two miners with the same one would do the same work.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <unordered_set>

namespace nebula::pool {

class Extranonces {
public:
   /// As many as four bytes hold.
   static constexpr std::uint64_t k_all = 1ull << 32;

   /// One below `room` (at least 1) that nobody has; nothing: all of them are taken. They follow one another, so that
   /// one that was given back is not reused soon.
   [[nodiscard]] std::optional<std::uint32_t> take(std::uint64_t room = k_all) {
      // One more try than there are taken ones: some must be free.
      for (std::uint64_t tries = 0; tries < room && tries <= taken_.size(); ++tries) {
         last_ = static_cast<std::uint32_t>((last_ + 1ull) % room);
         if (taken_.insert(last_).second)
            return last_;
      }
      return std::nullopt;
   }
   /// One that a session has already. False: another one has it.
   [[nodiscard]] bool keep(std::uint32_t extranonce) {
      last_ = std::max(last_, extranonce);
      return taken_.insert(extranonce).second;
   }
   void give_back(std::uint32_t extranonce) { taken_.erase(extranonce); }

private:
   std::unordered_set<std::uint32_t> taken_; // far fewer than there are: PoolSettings::connections_max
   std::uint32_t last_ = 0;
};

} // namespace nebula::pool
