#pragma once

/// What the chain tells the rest of the node: metrics, events and log lines.

#include "node.h"

#include <nebula/events.hpp>
#include <nebula/log.hpp>
#include <nebula/metrics.hpp>

#include <atomic>
#include <map>
#include <optional>

namespace nebula::chain {

class Facts {
public:
   Facts(Host host, const NetworkParams &network);

   /// After every judged block; `took_ns` is what judging took.
   void block_judged(const NetworkParams &network, const Result<Added> &added, std::uint64_t took_ns);
   /// After the snapshot changed.
   void show(const Snapshot &snapshot);

private:
   void publish(std::string_view topic, const std::string &json) const;
   void log_block(const NetworkParams &network, const Block &block, const BlockIndex &index);

   Log log_;
   std::optional<Events> events_;
   Gauge height_;
   Gauge mempool_transactions_;
   Gauge mempool_bytes_;
   Counter reorgs_;
   Counter refused_;
   Histogram validation_;
   std::map<std::string, Gauge> difficulty_;
   std::map<std::uint16_t, Counter> blocks_;
};

} // namespace nebula::chain
