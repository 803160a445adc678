#pragma once

/// The chain of one node: which blocks it has, which of them are the main chain, and the state at its tip. One caller
/// at a time.
///
/// Every change is one write transaction of the store, so after a crash at any moment the chain is as before or as
/// after it.

#include "header_check.h"

#include <functional>

namespace nebula::chain {

/// What the chain asks of the outside while judging a block.
struct Judge {
   const PowHasher *hasher = nullptr;
   /// All signatures of these transfers are valid. The caller may know some already, and may use several threads.
   std::function<bool(const std::vector<TransactionPtr> &transfers)> signatures_valid;
};
/// One after the other on the calling thread.
[[nodiscard]] bool signatures_valid_one_by_one(const std::vector<TransactionPtr> &transfers);

struct Added {
   enum class Kind {
      extended,    // the main chain grew by this block
      reorganised, // the main chain moved to this block's branch
      side,        // kept; another branch has at least as much work
   };
   Kind kind = Kind::side;
   BlockIndex index;
   std::vector<BlockPtr> disconnected; // former tip first
   std::vector<BlockPtr> connected;    // oldest first
};

class Chain {
public:
   /// Opens what the store holds, or writes the genesis block into an empty store. Refuses a store of other parameters,
   /// and one whose tip does not fit its state. `store` must outlive the chain.
   [[nodiscard]] static Result<std::unique_ptr<Chain>> open(NetworkParams network, Store &store);

   [[nodiscard]] const NetworkParams &network() const { return network_; }
   [[nodiscard]] const BlockIndex &tip() const { return tip_; }
   [[nodiscard]] const StateSummary &state() const { return state_; }
   [[nodiscard]] Store &store() const { return store_; }

   /// Judges a block and keeps it when it may matter. Most cumulative work wins; at equal work the first one seen
   /// stays. After Fault::storage the chain is as the store has it.
   [[nodiscard]] Result<Added> add(const BlockPtr &block, const Judge &judge, std::uint64_t now_s);

private:
   Chain(NetworkParams network, Store &store) : network_(std::move(network)), store_(store) {}
   [[nodiscard]] Result<void> write_genesis();
   [[nodiscard]] Result<void> reload();
   [[nodiscard]] Result<BlockIndex> judge_block(const ReadView &view, const Block &block, const Judge &judge,
                                                std::uint64_t now_s) const;
   [[nodiscard]] Result<std::vector<BlockIndex>> branch_of(const ReadView &view, const BlockIndex &index) const;
   [[nodiscard]] Result<void> store_side(const Block &block, const BlockIndex &index);
   [[nodiscard]] Result<Added> move_to(const BlockPtr &block, const std::vector<BlockIndex> &branch);
   [[nodiscard]] Result<void> unwind(WriteBatch &batch, std::uint64_t fork_height, StateSummary &state,
                                     Added &out) const;
   [[nodiscard]] Result<void> wind(WriteBatch &batch, const BlockPtr &block, const std::vector<BlockIndex> &branch,
                                   StateSummary &state, Added &out, std::size_t &failed) const;
   [[nodiscard]] Result<void> mark_invalid(const Block &block, const std::vector<BlockIndex> &branch, std::size_t from);

   NetworkParams network_;
   Store &store_;
   BlockIndex tip_;
   StateSummary state_;
};

/// Blocks that are not in the main chain and may still win: each costs its sender a proof of work. Past this many, only
/// a block that wins at once is taken. 51 heights of up to 20 branches.
inline constexpr std::size_t k_max_side_blocks = 1'024;

} // namespace nebula::chain
