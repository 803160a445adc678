#pragma once

#include "server.h"

#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <functional>
#include <memory>

namespace nebula::gateway {

// What the connections of a server share.
struct Shared {
   Settings settings;
   std::shared_ptr<Router> router;
   Counters counters;
   Log log;
   std::atomic<bool> draining{false};
   std::atomic<std::uint64_t> last_request{0};

   Shared(Settings s, std::shared_ptr<Router> r, Counters c, Log l)
      : settings(std::move(s)), router(std::move(r)), counters(c), log(l) {}
};

// A connection: reads a request, hands it to its route, writes the answer, and so on. All on the server's thread.
class Session {
public:
   virtual ~Session() = default;
   virtual void run() = 0;
   // Ends after the request it is in; at once when it is in none.
   virtual void drain() = 0;
   virtual void close() = 0;
};

[[nodiscard]] std::shared_ptr<Session> make_session(boost::asio::ip::tcp::socket socket, std::shared_ptr<Shared> shared,
                                                    std::function<void(Session *)> ended);

} // namespace nebula::gateway
