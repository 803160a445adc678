#pragma once

#include "host/cli/data_lock.h"
#include "host/handover/estate.h"
#include "host/node/node.h"

#include <optional>
#include <string>

namespace nebula::host::cli {

// The new node's side of a hand-over (docs/design/takeover.md). As long as it has not ended with `settle`, the old node
// comes back when this one is destroyed.
class Takeover {
public:
   struct Found;
   // Asks the node that runs on the data folder for what it has.
   [[nodiscard]] static Result<Found> from(const std::string &data);

   // The data folder's lock, which changes hands without being free in between. Once.
   [[nodiscard]] Result<DataLock> lock() { return DataLock::adopt(std::move(estate_.lock)); }
   // What instances are to go on with; what is taken out of it is theirs.
   [[nodiscard]] std::vector<HandedOver> &inherited() { return estate_.instances; }
   // Version of the old node.
   [[nodiscard]] const std::string &version() const { return estate_.version; }

   // This node does not start. It must have closed all that is in the data folder.
   void give_up(const std::string &why);
   // This node runs: the old one ends. An error: it does not answer, and goes on when this one has ended.
   [[nodiscard]] Result<void> settle();

private:
   Takeover(handover::Channel channel, handover::Estate estate)
      : channel_(std::move(channel)), estate_(std::move(estate)) {}

   handover::Channel channel_;
   handover::Estate estate_;
};

// Without a takeover this node takes the data folder's lock itself.
struct Takeover::Found {
   std::optional<Takeover> takeover;
   std::string lost; // how the node that ran ended, or is about to, before it had handed over; empty: none ran
};

} // namespace nebula::host::cli
