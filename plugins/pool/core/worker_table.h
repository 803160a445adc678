#pragma once

/// The workers that are known, by algorithm and name. Names cost whoever logs in nothing, so the table forgets: those
/// without an accepted share soon, and when it is full whoever is away, those without an accepted share first.

#include "worker.h"

#include <functional>
#include <map>

namespace nebula::pool {

class WorkerTable {
public:
   /// In order of their keys: miners, who choose them, cannot choose where they land.
   using Map = std::map<std::string, std::shared_ptr<Worker>, std::less<>>;

   [[nodiscard]] const Map &all() const { return workers_; }
   [[nodiscard]] std::size_t size() const { return workers_.size(); }
   /// Null: it is not known.
   [[nodiscard]] std::shared_ptr<Worker> find(std::string_view key) const;
   /// False: there is one of that key.
   [[nodiscard]] bool add(std::string key, std::shared_ptr<Worker> worker);

   /// Room for one more among `most`. False: none of those that were looked at can be spared.
   [[nodiscard]] bool make_room(std::size_t most, std::uint64_t now_ns);
   /// Forgets who had no share accepted and was not seen for `idle_ns`; looks at a part each time. About once a second.
   void forget_idle(std::uint64_t idle_ns, std::uint64_t now_ns);

private:
   /// Calls `each(place)` for some, the next ones each time, until it says false; it may erase none but through what it
   /// is given.
   template <class Each>
   void look_at_some(const Each &each);

   Map workers_;
   std::string next_; // where to look next
};

} // namespace nebula::pool
