#pragma once

#include "host/handover/channel.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace nebula::host::handover {

/// Two ends of a channel in one process.
struct Pair {
   static Pair make() {
      int ends[2] = {-1, -1};
      EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
      return {Channel(Descriptor(ends[0])), Channel(Descriptor(ends[1]))};
   }

   Channel older, newer;
};

} // namespace nebula::host::handover
