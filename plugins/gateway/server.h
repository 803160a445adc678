#pragma once

// The listening socket and its connections, on one thread. Boost.Beast stays behind this header (session.cpp).

#include "core/access.h"
#include "core/router.h"

#include <nebula/log.hpp>
#include <nebula/metrics.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace nebula::gateway {

// A request line and headers; browsers and proxies stay under 8 KiB.
inline constexpr std::uint32_t k_header_bytes_max = 16384;
// How long a plugin may take to answer.
inline constexpr std::chrono::seconds k_answer_timeout{30};

struct Settings {
   std::string listen; // "127.0.0.1:8080"
   AccessRules access;
   std::uint64_t connections_max = 1024;
   std::uint64_t body_max = 1 << 20;
   std::chrono::nanoseconds idle_timeout = std::chrono::seconds(60);
};

struct Counters {
   Gauge connections;   // open now
   Counter refused;     // over connections_max
   Counter requests[5]; // by class of the answer's status: 1xx..5xx
};

class Server {
public:
   Server(Settings settings, std::shared_ptr<Router> router, Counters counters, Log log);
   ~Server();
   Server(const Server &) = delete;
   Server &operator=(const Server &) = delete;

   // Binds and serves. Throws nebula::Error with who holds the address.
   void start();
   // Closes each connection after the request it is in, idle ones at once. New ones are taken, for one request each: an
   // orchestrator must be able to learn that the node is alive and no longer ready.
   void drain();
   // Closes everything; no handler runs afterwards.
   void stop();

   // "127.0.0.1:8080" as bound (port 0 becomes the real one); empty before start.
   [[nodiscard]] std::string address() const;

   class Impl;

private:
   std::shared_ptr<Impl> impl_;
};

} // namespace nebula::gateway
