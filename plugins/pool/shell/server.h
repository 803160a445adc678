#pragma once

/// Listening sockets and connections: bytes to lines and texts to bytes, nothing else. Everything but `address` is for
/// the loop's thread.

#include "loop.h"

#include "core/pool.h"

#include <nebula/clock.hpp>
#include <nebula/log.hpp>

#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace nebula::pool {

struct ServerSettings {
   std::vector<std::string> listen; ///< per port: "0.0.0.0:3333"
   std::uint32_t connections_per_address = 1'000;
};

struct ServerCounts {
   std::uint64_t accepted = 0, refused = 0, peak = 0;
};

class Server {
public:
   Server(ServerSettings settings, Loop &loop, Clock clock, Log log);
   ~Server();

   /// Binds every port. Throws with who holds it when it is taken.
   void open();
   [[nodiscard]] const std::vector<std::string> &addresses() const { return addresses_; }

   /// Before `open`; `pool` outlives the server.
   void serve(Pool &pool) { pool_ = &pool; }
   /// No new connections.
   void stop_listening();
   void close_all();

   void send(ConnectionId connection, std::string_view lines);
   void close_after_sending(ConnectionId connection);
   /// Sends what was said since, and closes what is to be closed. Once per turn of the loop.
   void flush();
   /// Half-sent lines and closing connections whose peers do not read. About once a second.
   void tick();

   [[nodiscard]] std::size_t connections() const { return connections_.size(); }
   [[nodiscard]] const ServerCounts &counts() const { return counts_; }

private:
   class Listener;
   class Connection;

   void accepted(int descriptor, std::uint32_t address, std::uint8_t port);
   void read(Connection &connection);
   void take(Connection &connection, std::string_view bytes);
   /// False: it is gone.
   bool write(Connection &connection);
   void drop(Connection &connection);

   ServerSettings settings_;
   Loop &loop_;
   Clock clock_;
   Log log_;
   Pool *pool_ = nullptr;
   std::vector<std::unique_ptr<Listener>> listeners_;
   std::vector<std::string> addresses_;
   std::unordered_map<ConnectionId, std::unique_ptr<Connection>> connections_;
   std::unordered_map<std::uint32_t, std::uint32_t>
      per_address_;                         // connections of an IPv4 address, or of an IPv6 /64's hash
   std::unordered_set<ConnectionId> dirty_; // have something to send
   std::vector<char> buffer_;               // one for all: reading is done in one go
   ConnectionId last_ = 0;
   ServerCounts counts_;
   std::uint64_t warned_ns_ = 0;
};

} // namespace nebula::pool
