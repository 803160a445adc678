#pragma once

/// Listens to the daemon's ZMQ publisher. Its messages only wake: what they say is asked for over RPC.

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>

namespace nebula::monero {

class ZmqListener {
public:
   /// Whether this build has ZeroMQ.
   [[nodiscard]] static bool available();

   /// Subscribes at `address`; calls `woken` on the io thread after each batch of messages until it is destroyed (on
   /// the io thread, or after that has ended). ZeroMQ connects and reconnects by itself. Null, with the reason in
   /// `error`, when the address is none or this build has no ZeroMQ.
   [[nodiscard]] static std::unique_ptr<ZmqListener> open(boost::asio::io_context &io, const std::string &address,
                                                          std::function<void()> woken, std::string &error);

   ZmqListener() = default;
   ZmqListener(const ZmqListener &) = delete;
   ZmqListener &operator=(const ZmqListener &) = delete;
   virtual ~ZmqListener() = default;
};

} // namespace nebula::monero
