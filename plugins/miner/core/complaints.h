#pragma once

/// What goes wrong with solutions, as lines that do not fill a disk: a miner that is too quick for its work's
/// difficulty, or a pool that is gone, spoils thousands a second.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace nebula::miner {

class Complaints {
public:
   /// Of one kind there is one line in this time, with how many it stands for.
   static constexpr std::uint64_t k_interval_ns = 10'000'000'000;

   /// The line to write, if any. `kind` is one of a few: each keeps an entry.
   [[nodiscard]] std::optional<std::string> line(std::int32_t kind, std::string text, std::uint64_t now_ns);

private:
   struct Kind {
      std::uint64_t said_ns = 0;
      std::uint64_t unsaid = 0;
   };
   std::map<std::int32_t, Kind> kinds_;
};

} // namespace nebula::miner
