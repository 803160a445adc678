#include "facts.h"

#include "documents.h"

#include "common/hex.h"

#include <boost/json/serialize.hpp>

namespace nebula::chain {

namespace {

/// In quotes, as a label of a metric stands.
std::string label_value(std::string_view text) {
   std::string quoted = "\"";
   for (const char c : text) {
      if (c == '"' || c == '\\')
         quoted += '\\';
      quoted += c;
   }
   return quoted + '"';
}

} // namespace

Facts::Facts(Host host, const NetworkParams &network) : log_(host) {
   if (host.find<neb_ext_events>(NEB_EXT_EVENTS) != nullptr)
      events_.emplace(host);
   const Metrics metrics(host);
   height_ = metrics.gauge("chain_height", "Height of the main chain's last block");
   mempool_transactions_ = metrics.gauge("chain_mempool_transactions", "Transfers that wait for a block");
   mempool_bytes_ = metrics.gauge("chain_mempool_bytes", "Bytes of the transfers that wait for a block");
   reorgs_ = metrics.counter("chain_reorgs_total", "Times the main chain moved to another branch");
   refused_ = metrics.counter("chain_blocks_refused_total", "Blocks that were not taken, for any reason");
   validation_ = metrics.histogram(
      "chain_block_validation_seconds", "Time from a block's arrival to its durable commit",
      {1'000'000, 5'000'000, 20'000'000, 50'000'000, 200'000'000, 1'000'000'000, 5'000'000'000}, {}, 1'000'000'000);
   for (const AlgorithmParams &algorithm : network.algorithms) {
      const std::string label = "algorithm=" + label_value(algorithm.name);
      difficulty_[algorithm.name] = metrics.gauge("chain_difficulty", "Difficulty of the next block", label);
      blocks_[algorithm.id] = metrics.counter("chain_blocks_total", "Blocks that joined the main chain", label);
   }
}

void Facts::publish(std::string_view topic, const std::string &json) const {
   if (!events_)
      return;
   try {
      events_->publish(topic, json);
   } catch (const std::exception &error) {
      log_.warn("event ", topic, " was not published: ", error.what());
   }
}

void Facts::log_block(const NetworkParams &network, const Block &block, const BlockIndex &index) {
   const AlgorithmParams *algorithm = network.algorithm(index.algorithm);
   const std::string id = common::to_hex(index.id);
   log_.info("block ", index.height, " ", algorithm->name, " ", id.substr(0, 16), ", ", block.transactions.size() - 1,
             " transfers");
   if (algorithm->status_at(index.height) == AlgorithmStatus::deprecated)
      log_.warn("block ", index.height, " was found with ", algorithm->name,
                ", which is deprecated: it will be removed at a later height");
}

void Facts::block_judged(const NetworkParams &network, const Result<Added> &added, std::uint64_t took_ns) {
   validation_.record(took_ns);
   if (!added) {
      refused_.add();
      if (added.error().fault == Fault::storage)
         log_.error("a block could not be kept: ", added.error().text);
      return;
   }
   if (added->kind == Added::Kind::reorganised) {
      reorgs_.add();
      log_.warn("reorganisation of ", added->disconnected.size(), " blocks, new tip at height ", added->index.height);
      publish("chain.reorg", boost::json::serialize(reorg_event(network, *added)));
   }
   for (const BlockPtr &block : added->connected) {
      BlockIndex index;
      index.id = block_id(block->header, block->proof);
      index.height = block->header.height;
      index.algorithm = block->header.algorithm;
      blocks_[index.algorithm].add();
      log_block(network, *block, index);
      publish("chain.block", boost::json::serialize(block_event(network, *block, index)));
   }
}

void Facts::show(const Snapshot &snapshot) {
   height_.set(static_cast<std::int64_t>(snapshot.tip.height));
   mempool_transactions_.set(static_cast<std::int64_t>(snapshot.mempool_count));
   mempool_bytes_.set(static_cast<std::int64_t>(snapshot.mempool_bytes));
   for (const Snapshot::Algorithm &one : snapshot.algorithms)
      difficulty_[one.name].set(static_cast<std::int64_t>(one.difficulty));
}

} // namespace nebula::chain
