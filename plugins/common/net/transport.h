#pragma once

/// One byte stream to a daemon or a pool: TCP, or TLS over TCP. Single-threaded: every call and callback is on the io
/// thread.

#include "common/host_port.h"

#include <boost/asio/io_context.hpp>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nebula::common {

class Transport {
public:
   /// The error in words; empty: success.
   using Done = std::function<void(std::string error)>;
   /// No error and no data: the peer closed the stream. The data is valid during the call.
   using Received = std::function<void(std::string error, std::string_view data)>;

   Transport() = default;
   Transport(const Transport &) = delete;
   Transport &operator=(const Transport &) = delete;
   virtual ~Transport() = default;

   virtual void open(const HostPort &peer, Done done) = 0;
   virtual void write(std::string data, Done done) = 0;
   virtual void read(Received received) = 0;
   /// Idempotent. Callbacks under way still come, with an error.
   virtual void close() = 0;

   /// The read under way ends: with what has arrived, else with an error. Not for TLS.
   virtual void end_read() {}
   /// The socket, for another process to go on with; this is of no more use. Nothing may be under way. -1: its state is
   /// in this process (TLS).
   virtual int release() { return -1; }
};

using Fingerprint = std::array<std::uint8_t, 32>; // SHA-256 of a certificate

struct TlsPolicy {
   std::optional<Fingerprint> fingerprint; // none: the system's authorities and the host name decide
   const char *option = "";                // what the fingerprint is called in the configuration
};

[[nodiscard]] std::shared_ptr<Transport> make_tcp_transport(boost::asio::io_context &io);
/// Of a connected socket, which it owns from now on. Throws when it is none.
[[nodiscard]] std::shared_ptr<Transport> adopt_tcp_transport(boost::asio::io_context &io, int descriptor);
[[nodiscard]] std::shared_ptr<Transport> make_tls_transport(boost::asio::io_context &io, const TlsPolicy &policy);

} // namespace nebula::common
