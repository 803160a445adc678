#include "header_check.h"

#include "difficulty.h"
#include "networks.h"

#include <algorithm>

namespace nebula::chain {

Result<void> check_block_form(const NetworkParams &network, const Block &block) {
   const Header &header = block.header;
   if (encoded_size(block) > network.max_block_bytes)
      return invalid("the block has more than " + std::to_string(network.max_block_bytes) + " bytes");
   if (block.transactions.empty() || header.transaction_count != block.transactions.size())
      return invalid("the header counts " + std::to_string(header.transaction_count) + " transactions, the block has " +
                     std::to_string(block.transactions.size()));
   for (std::size_t i = 0; i < block.transactions.size(); ++i) {
      if ((block.transactions[i]->coinbase() != nullptr) != (i == 0))
         return invalid("a block has one coinbase, its first transaction");
   }
   if (merkle_root(block.transactions) != header.merkle_root)
      return invalid("the merkle root is not that of the block's transactions");
   return {};
}

Result<U256> expected_target(const ReadView &view, const NetworkParams &network, const BlockIndex &parent,
                             const AlgorithmParams &algorithm) {
   std::vector<TimedTarget> blocks;
   Hash id = parent.last_of(algorithm.id);
   while (id != Hash{} && blocks.size() <= k_lwma_blocks) {
      auto index = need_index(view, id);
      if (!index)
         return index.error();
      blocks.push_back({index->time_s, index->target});
      id = index->previous_same;
   }
   std::ranges::reverse(blocks);
   return next_target(blocks, network.spacing_s(algorithm), algorithm.start_difficulty);
}

Result<std::uint64_t> median_time(const ReadView &view, const BlockIndex &index) {
   std::vector<std::uint64_t> times = {index.time_s};
   Hash id = index.previous;
   for (std::uint64_t height = index.height; height > 0 && times.size() < k_median_blocks; --height) {
      auto ancestor = need_index(view, id);
      if (!ancestor)
         return ancestor.error();
      times.push_back(ancestor->time_s);
      id = ancestor->previous;
   }
   std::ranges::sort(times);
   return times[times.size() / 2];
}

Result<Epoch> epoch_at(const ReadView &view, const AlgorithmParams &algorithm, std::uint64_t height) {
   Epoch out;
   out.height = height;
   if (algorithm.epoch != EpochKind::key)
      return out;
   auto id = main_id(view, seed_height(height));
   if (!id)
      return id.error();
   if (!*id)
      return Error{Fault::storage, "the store lacks the block at height " + std::to_string(seed_height(height)) +
                                      ", which keys the epoch"};
   out.key = **id;
   return out;
}

Result<void> check_header_place(const ReadView &view, const NetworkParams &network, const BlockIndex &parent,
                                const Header &header, std::uint64_t now_s) {
   if (header.version != k_block_version || header.chain_id != network.chain_id)
      return invalid("the block has another version or chain id than this chain");
   if (header.height != parent.height + 1)
      return invalid("the block has height " + std::to_string(header.height) + ", its parent has " +
                     std::to_string(parent.height));
   const AlgorithmParams *algorithm = network.algorithm(header.algorithm);
   if (algorithm == nullptr || algorithm->status_at(header.height) == AlgorithmStatus::removed)
      return invalid("algorithm id " + std::to_string(header.algorithm) + " is not in use at height " +
                     std::to_string(header.height));
   auto median = median_time(view, parent);
   if (!median)
      return median.error();
   if (header.time_s <= *median)
      return invalid("the block's time is not above the median of its last 11 ancestors");
   if (header.time_s > now_s + k_max_ahead_s)
      return invalid("the block's time is more than 7200 s ahead of this node's clock");
   auto target = expected_target(view, network, parent, *algorithm);
   if (!target)
      return target.error();
   if (header.target != *target)
      return invalid("the block's target is not the one that follows from its ancestors");
   return {};
}

BlockIndex genesis_index(const NetworkParams &network, const Block &genesis) {
   BlockIndex out;
   out.id = genesis_id(network);
   out.time_s = genesis.header.time_s;
   out.target = genesis.header.target;
   out.status = BlockStatus::applied;
   return out;
}

BlockIndex make_index(const NetworkParams &network, const BlockIndex &parent, const Block &block) {
   const Header &header = block.header;
   const AlgorithmParams *algorithm = network.algorithm(header.algorithm);
   BlockIndex out;
   out.id = block_id(header, block.proof);
   out.previous = header.previous;
   out.height = header.height;
   out.time_s = header.time_s;
   out.target = header.target;
   out.algorithm = header.algorithm;
   out.total_work = U256::saturating_add(parent.total_work, work_of(header.target, algorithm->work_weight));
   out.previous_same = parent.last_of(header.algorithm);
   out.last = parent.last;
   const auto same = std::ranges::find(out.last, header.algorithm, &BlockIndex::Last::algorithm);
   if (same == out.last.end())
      out.last.push_back({header.algorithm, out.id});
   else
      same->id = out.id;
   return out;
}

} // namespace nebula::chain
