#pragma once

/// The chain's part of the HTTP API, on whatever plugin provides nebula.http/1.

#include "node.h"

#include <nebula/clock.hpp>
#include <nebula/http.hpp>

namespace nebula::chain {

class Routes {
public:
   /// [main & in init]
   Routes(Host host, Clock clock);

   void start(Node &node);
   void stop() { http_.stop(); }

private:
   /// One route: what it answers, from the path's value and the body.
   struct Route {
      const char *method;
      const char *pattern;
      const char *summary;
      Result<std::string> (Routes::*answer)(std::string_view value, std::string_view body);
      unsigned status; // of success
   };

   void answer(const Route &route, const HttpRequest &request, HttpExchange &exchange);

   Result<std::string> status(std::string_view, std::string_view);
   Result<std::string> blocks(std::string_view, std::string_view);
   Result<std::string> block(std::string_view id, std::string_view);
   Result<std::string> transaction(std::string_view id, std::string_view);
   Result<std::string> account(std::string_view address, std::string_view);
   Result<std::string> mempool(std::string_view, std::string_view);
   Result<std::string> send(std::string_view, std::string_view body);

   static const Route k_routes[7];

   Clock clock_;
   HttpRoutes http_;
   Node *node_ = nullptr;
};

} // namespace nebula::chain
