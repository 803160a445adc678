#pragma once

/// The last step of a hand-over, after which exactly one of the two nodes goes on, however long either of them stalled.

#include "host/handover/channel.h"

namespace nebula::host::handover {

/// The new node runs. Success: the old one does not come back. An error: it did not say so in time, and never will, for
/// what it says from now on fails at its side; this node must end, and close the channel when it has.
[[nodiscard]] Result<void> settle(Channel &channel, std::chrono::milliseconds patience);

/// The old node's answer to that. An error: the new one gave up, or is gone; this one goes on.
[[nodiscard]] Result<void> let_go(Channel &channel);

} // namespace nebula::host::handover
