#pragma once

// The routes of the server. Thread-safe: plugins add and remove routes while requests run.

#include "core/pattern.h"

#include <nebula/svc/http.h>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::gateway {

inline constexpr std::size_t k_routes_max = 1024;

struct Route {
   std::string method;
   Pattern pattern;
   std::string summary;
   neb_http_handler handler = nullptr;
   void *user = nullptr;

   // Held while the handler runs, so that removal can wait for it.
   std::mutex running;
   bool removed = false;
};

struct Match {
   std::shared_ptr<Route> route;         // empty: none
   std::vector<std::string_view> values; // into the path
   std::vector<std::string> allowed;     // methods of the path's other routes, when none matched
};

struct RouteInfo {
   std::string method;
   std::string pattern;
   std::string summary;
};

class Router {
public:
   // NEB_E_INVALID or NEB_E_EXISTS or NEB_E_FULL, with the reason in `why`.
   [[nodiscard]] neb_status add(std::shared_ptr<Route> route, std::string &why);

   // Waits for a handler that runs.
   void remove(const Route *route);

   // HEAD is answered by GET routes. `path` must outlive the match.
   [[nodiscard]] Match match(std::string_view method, std::string_view path) const;

   [[nodiscard]] std::vector<RouteInfo> list() const;

private:
   mutable std::mutex mutex_;
   std::vector<std::shared_ptr<Route>> routes_; // the more specific before the more general
};

[[nodiscard]] bool is_method(std::string_view text);

} // namespace nebula::gateway
