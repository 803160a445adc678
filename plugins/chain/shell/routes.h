#pragma once

/// The chain's part of the HTTP API, on whatever plugin provides nebula.http/1.

#include "node.h"

#include <nebula/clock.hpp>
#include <nebula/log.hpp>
#include <nebula/services.hpp>
#include <nebula/svc/http.h>

namespace nebula::chain {

class Routes {
public:
   /// [main & in init]
   Routes(Host host, Clock clock);

   /// Adds the routes when a server is there. A server that was swapped is served anew.
   void start(Node &node);
   void stop();

private:
   /// One route: what it answers, from the path's value and the body.
   struct Route {
      const char *method;
      const char *pattern;
      const char *summary;
      Result<std::string> (Routes::*answer)(std::string_view value, std::string_view body);
      unsigned status; // of success
   };
   struct Registered {
      Routes *owner = nullptr;
      const Route *route = nullptr;
      neb_http_route *handle = nullptr;
   };

   void add_all();
   static void handle(void *user, const neb_http_request *request, neb_http_exchange *exchange);
   static void answer_exchange(const Registered &registered, const neb_http_request &request,
                               neb_http_exchange *exchange);
   void respond(neb_http_exchange *exchange, unsigned status, std::string_view type, std::string_view body) const;

   Result<std::string> status(std::string_view, std::string_view);
   Result<std::string> blocks(std::string_view, std::string_view);
   Result<std::string> block(std::string_view id, std::string_view);
   Result<std::string> transaction(std::string_view id, std::string_view);
   Result<std::string> account(std::string_view address, std::string_view);
   Result<std::string> mempool(std::string_view, std::string_view);
   Result<std::string> send(std::string_view, std::string_view body);

   static const Route k_routes[7];

   Clock clock_;
   Log log_;
   Slot<neb_http> slot_;
   Node *node_ = nullptr;
   std::uint64_t generation_ = 0;
   std::array<Registered, 7> registered_{};
};

} // namespace nebula::chain
