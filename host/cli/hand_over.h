#pragma once

#include "host/handover/estate.h"
#include "host/node/node.h"

namespace nebula::host::cli {

// The old node's side of a hand-over (docs/design/takeover.md). Main thread; blocks it.
enum class HandOver {
   gone,  // the new node runs; this one has stopped and must end
   back,  // the new one failed: this one runs again as before
   broken // it neither handed over nor came back: it must end
};
struct HandOverOutcome {
   HandOver how = HandOver::broken;
   std::string why; // unless it is gone
};
[[nodiscard]] HandOverOutcome hand_over(Node &node, handover::Channel channel, const Descriptor &lock);

} // namespace nebula::host::cli
