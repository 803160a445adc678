#pragma once

/// One connection of a miner: its socket, what is half read and what is unsent.

#include "loop.h"
#include "tls.h"

#include "core/guard.h"
#include "core/net_address.h"
#include "core/session.h"

#include "common/bytes.h"

#include <string>

namespace nebula::pool {

/// How far a connection got.
enum class Phase : std::uint8_t {
   proxy,     ///< its peer is a proxy that has not yet said whom it speaks for
   fresh,     ///< nothing was read
   handshake, ///< of TLS
   open       ///< lines follow
};

class Connection;

/// Who attends to connections.
class Attendant {
public:
   virtual void ready(Connection &connection, std::uint32_t events) = 0;

protected:
   ~Attendant() = default;
};

/// Nothing happens before `wake`. About 150 bytes while nothing is half read or unsent. A plain one pays a pointer for
/// TLS.
class Connection final : public Readiness {
public:
   Connection(Attendant &attendant, Loop &loop, int descriptor, ConnectionId id, std::uint8_t port,
              const NetAddress &address);
   ~Connection() override;

   void ready(std::uint32_t events) override { attendant_.ready(*this, events); }

   /// The first byte that waits to be read, which stays there. `some`: it is in `*to`.
   [[nodiscard]] Io peek(char *to) const;
   /// Before TLS, or of the connection as it is now.
   [[nodiscard]] Transfer receive(char *to, std::size_t size);
   /// Sends what the socket takes of `unsent`. `some`: nothing is left.
   [[nodiscard]] Io send();
   /// Is not told of anything any more; and is again.
   void rest();
   void wake();
   /// The socket is somebody else's.
   [[nodiscard]] int release();
   /// Waits for what is to be read, and to be written if `write`.
   void await(bool write);
   /// Wants to be told of what is there already; and, after a change of `tls`, in another way.
   void ask_again();

   [[nodiscard]] int descriptor() const { return descriptor_; }

private:
   [[nodiscard]] std::uint32_t events() const;

   Attendant &attendant_;
   Loop &loop_;
   int descriptor_;
   bool awake_ = false;

public:
   const ConnectionId id;
   NetAddress address;         ///< the miner's, or the proxy's until that said whose
   Guard::Place place;         ///< once admitted
   std::uint64_t since_ns = 0; ///< of what the shell has a time limit for
   std::string half;           ///< of a line, or of a proxy's header
   std::string unsent;
   std::unique_ptr<TlsStream> tls;
   const std::uint8_t port;
   Phase phase = Phase::fresh;
   bool admitted : 1 = false; ///< the pool knows it, and it counts
   bool heard : 1 = false;    ///< its opening was looked at
   bool closing : 1 = false;  ///< once everything is sent
   bool dirty : 1 = false;    ///< something was said to it in this turn
   bool timed : 1 = false;    ///< it is in the list of those with a time limit
   bool waits_to_write : 1 = false;
   std::uint8_t refusals = 0; ///< requests that were too many, of late
};

} // namespace nebula::pool
