#pragma once

/// The process at the other end of a channel, held by the kernel's handle: its number may be another's by now.

#include "host/handover/channel.h"

namespace nebula::host::handover {

class PeerProcess {
public:
   /// While the channel is open. Unavailable: it is gone, or this process cannot see it.
   [[nodiscard]] static Result<PeerProcess> of(const Channel &channel);

   void kill();
   [[nodiscard]] bool ended(std::chrono::milliseconds patience) const;

private:
   explicit PeerProcess(Descriptor handle) : handle_(std::move(handle)) {}

   Descriptor handle_;
};

} // namespace nebula::host::handover
