#pragma once

/// A listening socket: connections to descriptors.

#include "loop.h"

#include "core/net_address.h"

#include <nebula/log.hpp>

#include <functional>
#include <string>

namespace nebula::pool {

class Listener final : public Readiness {
public:
   /// The descriptor is the receiver's.
   using Accepted = std::function<void(int descriptor, const NetAddress &from)>;

   /// Binds. Throws with who holds the port when it is taken.
   Listener(Loop &loop, Log log, const std::string &listen, Accepted accepted);
   /// Of a socket that listens already.
   Listener(Loop &loop, Log log, int descriptor, Accepted accepted);
   ~Listener() override;

   void ready(std::uint32_t events) override;
   /// Accepts from now on; and does not any more. Whoever connects meanwhile waits in the kernel.
   void wake();
   void rest();
   /// The socket is somebody else's.
   [[nodiscard]] int release();
   /// About once a second: descriptors may have become free.
   void tick();
   /// As miners connect to it.
   [[nodiscard]] const std::string &address() const { return address_; }

private:
   void pause(int why);

   Loop &loop_;
   Log log_;
   Accepted accepted_;
   int descriptor_ = -1;
   std::string address_;
   bool awake_ = false, paused_ = false;
   unsigned quiet_ticks_ = 0; // until the next warning
};

} // namespace nebula::pool
