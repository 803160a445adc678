#pragma once

/// The pool's part of the HTTP API.

#include "queries.h"

#include <nebula/http.hpp>

namespace nebula::pool {

class Routes {
public:
   /// [main & in init]
   explicit Routes(Host host);

   void start(const Queries &queries);
   void stop() { http_.stop(); }

private:
   void add_own();
   void add_zion();

   HttpRoutes http_;
   const Queries *queries_ = nullptr;
};

} // namespace nebula::pool
