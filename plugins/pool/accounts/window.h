#pragma once

/// Accepted work of one algorithm in the order of time, as far back as a PPLNS window can reach. Kept in slices: the
/// open one collects, closed ones are rows of the store.

#include "records.h"

#include <deque>
#include <map>

namespace nebula::pool::accounts {

/// Wallet -> work, in order of wallets.
using Weights = std::map<std::uint32_t, std::uint64_t>;

class Window {
public:
   /// Slices kept of one algorithm, and entries in all of them: 16 bytes each, 32 MB. Beyond them the older half is
   /// made coarser, which moves the far edge of a window by less than one of its slices.
   static constexpr std::size_t k_slices_max = 4'096, k_entries_max = 2'000'000;

   /// A row of the store, in order.
   void load(Slice slice);
   void add(std::uint32_t wallet, std::uint64_t work, Sequence at);

   /// The work of the newest `most` hashes, per wallet; of the slice that the window's edge cuts, its part.
   [[nodiscard]] Weights newest(u128 most) const;
   [[nodiscard]] u128 total() const { return total_; }
   /// The journal is in closed slices up to here.
   [[nodiscard]] Sequence closed_through() const { return closed_.empty() ? 0 : closed_.back().last; }

   /// Ends the open slice. Nothing: it is empty.
   [[nodiscard]] const Slice *close();

   /// Rows to write and to delete so that the store has what is kept.
   struct Change {
      std::vector<Slice> put;
      std::vector<Sequence> erase; ///< first sequences
   };
   /// Drops slices that lie wholly beyond `keep` hashes, and makes the older half coarser when there are too many. Only
   /// while all closed slices are in the store.
   [[nodiscard]] Change trim(u128 keep);

   [[nodiscard]] std::size_t slices() const { return closed_.size(); }
   [[nodiscard]] std::size_t entries() const { return entries_; }

private:
   std::deque<Slice> closed_; // oldest first
   std::size_t entries_ = 0;  // of the closed ones
   u128 total_ = 0;           // with the open one
   Weights open_;
   Sequence open_first_ = 0, open_last_ = 0;
};

} // namespace nebula::pool::accounts
