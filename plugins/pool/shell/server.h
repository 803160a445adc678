#pragma once

/// Listening sockets and connections: bytes to lines and texts to bytes, and who may send them. Everything but
/// `addresses` is for the loop's thread.

#include "connection.h"
#include "listener.h"
#include "loop.h"

#include "core/drain.h"
#include "core/guard.h"
#include "core/pool.h"
#include "core/slots.h"

#include <nebula/clock.hpp>
#include <nebula/handover.hpp>
#include <nebula/log.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nebula::pool {

struct TlsSettings {
   bool enabled = true;
   CertificateFiles files; ///< empty: the pool's own, in its data folder
};

struct ServerSettings {
   std::vector<std::string> listen; ///< per port: "0.0.0.0:3333"
   std::uint32_t connections_max = 100'000;
   std::uint64_t line_timeout_ns = 15'000'000'000; ///< of a line, a proxy's header, a handshake, from its first byte
   GuardSettings guard;
   std::vector<NetRange> proxies; ///< must begin with a PROXY header
   TlsSettings tls;
   std::string data_folder; ///< for the pool's own certificate; empty: there is none, and no TLS without files
};

/// Of all time, but for `peak`, the most connections at a time. What is refused or dropped is counted once, by the
/// first reason.
struct ServerCounts {
   std::uint64_t accepted = 0, peak = 0;
   std::uint64_t refused_full = 0, refused_banned = 0, refused_too_fast = 0;
   std::uint64_t refused_too_many = 0, refused_too_many_of_network = 0; ///< at a time
   std::uint64_t bad_proxy_headers = 0, web_browsers = 0;
   std::uint64_t tls_opened = 0, tls_failed = 0;
   std::uint64_t dropped_slow = 0;   ///< a line, a handshake or a header that was not finished in time
   std::uint64_t dropped_unread = 0; ///< it did not read what was sent to it
   std::uint64_t dropped_flooding = 0;
   std::uint64_t requests_refused = 0; ///< too many in a minute
   std::uint64_t bans = 0;             ///< of addresses

   /// Connections refused or cut off, for any of `k_refusals`.
   [[nodiscard]] std::uint64_t refused() const;
};

/// Why a connection is refused or cut off, in the words of the metric, and how often that was.
struct Refusal {
   const char *reason;
   std::uint64_t ServerCounts::*count;
};
inline constexpr Refusal k_refusals[] = {
   {"full", &ServerCounts::refused_full},
   {"address", &ServerCounts::refused_too_many},
   {"network", &ServerCounts::refused_too_many_of_network},
   {"rate", &ServerCounts::refused_too_fast},
   {"banned", &ServerCounts::refused_banned},
   {"proxy_header", &ServerCounts::bad_proxy_headers},
   {"tls", &ServerCounts::tls_failed},
   {"http", &ServerCounts::web_browsers},
   {"slow", &ServerCounts::dropped_slow},
   {"unread", &ServerCounts::dropped_unread},
   {"flooding", &ServerCounts::dropped_flooding},
};

inline std::uint64_t ServerCounts::refused() const {
   std::uint64_t sum = 0;
   for (const Refusal &one : k_refusals)
      sum += this->*one.count;
   return sum;
}

/// At one moment.
struct ServerNow {
   ServerCounts counts;
   std::size_t connections = 0, banned_addresses = 0;
};

class Server final : private Attendant {
public:
   /// Throws when a certificate cannot be used.
   Server(ServerSettings settings, Loop &loop, Clock clock, Log log);
   ~Server();

   /// Binds every port. Throws with who holds it when it is taken.
   void open();
   [[nodiscard]] const std::vector<std::string> &addresses() const { return addresses_; }
   /// Empty: there is no TLS.
   [[nodiscard]] std::string tls_fingerprint() const { return tls_ ? tls_->fingerprint() : std::string(); }

   /// For a hand-over: nothing is read or accepted any more; what is to be sent is sent on.
   void freeze();
   /// After `freeze`: all that can go to another process, the pool's state with it. What cannot (TLS) is sent away.
   /// Nothing is left here.
   [[nodiscard]] HandoverState give(const Pool &pool);
   /// Instead of `open`: goes on with what another process gave, once `resume` is called. Throws.
   void adopt(const HandoverState &state);
   /// Ends `freeze`.
   void resume();

   /// Before `open`; `pool` outlives the server.
   void serve(Pool &pool) { pool_ = &pool; }
   /// No new connections.
   void stop_listening();
   void close_all();
   /// From now on connections are sent away, all of them until `until_ns`.
   void drain(std::uint64_t until_ns);

   void send(ConnectionId connection, std::string_view lines);
   void close_after_sending(ConnectionId connection);
   /// What a miner asks of the pool, for `Surroundings`.
   [[nodiscard]] bool allows(ConnectionId connection, Ask ask);
   void struck(ConnectionId connection);
   /// Sends away whose time has come. Once per turn of the loop.
   void evict();
   /// Sends what was said since, and closes what is to be closed. Once per turn of the loop.
   void flush();
   /// Time limits. About once a second.
   void tick();

   [[nodiscard]] std::size_t connections() const { return connections_.size(); }
   [[nodiscard]] ServerNow now(std::uint64_t now_ns) const {
      return {counts_, connections_.size(), guard_.banned_count(now_ns)};
   }
   /// Shuts an address out and closes what it has open. How many connections that were.
   std::size_t ban(const NetAddress &address, std::uint64_t until_ns);
   /// False: it was not shut out.
   [[nodiscard]] bool unban(const NetAddress &address, std::uint64_t now_ns) { return guard_.unban(address, now_ns); }

private:
   void accepted(int descriptor, const NetAddress &address, std::uint8_t port);
   void ready(Connection &connection, std::uint32_t events) override;
   // Each of these may drop the connection; false: it is gone, or nothing more is to be read of it now.
   [[nodiscard]] bool admit(Connection &connection);
   [[nodiscard]] bool read_proxy(Connection &connection);
   [[nodiscard]] bool begin(Connection &connection);
   [[nodiscard]] bool shake_hands(Connection &connection);
   /// `ended`: its peer sends no more than what is there.
   void read(Connection &connection, bool ended);
   /// What its address's conduct is kept under.
   [[nodiscard]] Conduct::Origin origin_of(const Connection &connection) const {
      return NetAddress::Hash{settings_.guard.secret}(connection.address.holder());
   }
   void take(Connection &connection, std::string_view bytes);
   [[nodiscard]] bool open_with(Connection &connection, std::string_view bytes);
   /// False: it is gone.
   bool write(Connection &connection);
   void say(Connection &connection, std::string_view text);
   void strike(const NetAddress &address);
   /// What it began must end in time.
   void limit_time(Connection &connection);
   [[nodiscard]] bool late(const Connection &connection, std::uint64_t now_ns) const;
   void drop(Connection &connection);
   void refresh_certificate();
   /// By port; -1: it is to be bound.
   void open_listeners(const std::vector<int> &inherited);
   void adopt_listeners(common::RecordReader &in, const std::vector<std::int32_t> &descriptors,
                        std::vector<std::optional<std::uint8_t>> &ports);

   ServerSettings settings_;
   Loop &loop_;
   Clock clock_;
   Log log_;
   Guard guard_;
   Pool *pool_ = nullptr;
   std::optional<TlsContext> tls_;
   std::vector<std::unique_ptr<Listener>> listeners_;
   std::vector<std::string> addresses_;
   Slots<Connection> connections_;
   SlotNumbers numbers_;             // of connections
   std::vector<ConnectionId> dirty_; // have something to send
   std::vector<ConnectionId> timed_; // have a time limit
   std::vector<char> buffer_;        // one for all: reading is done in one go
   std::optional<Drain> drain_;
   ServerCounts counts_;
   std::uint64_t ticks_ = 0;
};

} // namespace nebula::pool
