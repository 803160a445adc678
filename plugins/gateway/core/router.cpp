#include "core/router.h"

#include <algorithm>

namespace nebula::gateway {

bool is_method(std::string_view text) {
   static constexpr std::string_view k_methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
   return std::find(std::begin(k_methods), std::end(k_methods), text) != std::end(k_methods);
}

neb_status Router::add(std::shared_ptr<Route> route, std::string &why) {
   if (!is_method(route->method)) {
      why = "\"" + route->method + "\" is not one of GET, POST, PUT, PATCH, DELETE";
      return NEB_E_INVALID;
   }
   const std::lock_guard lock(mutex_);
   if (routes_.size() >= k_routes_max) {
      why = "the server has its 1,024 routes already";
      return NEB_E_FULL;
   }
   for (const auto &other : routes_) {
      if (other->method == route->method && other->pattern.clashes(route->pattern)) {
         why = route->method + " " + route->pattern.text() + " clashes with the route " + other->pattern.text();
         return NEB_E_EXISTS;
      }
   }
   const auto place = std::find_if(routes_.begin(), routes_.end(), [&](const auto &other) {
      return route->pattern.more_specific_than(other->pattern);
   });
   routes_.insert(place, std::move(route));
   return NEB_OK;
}

void Router::remove(const Route *route) {
   std::shared_ptr<Route> found;
   {
      const std::lock_guard lock(mutex_);
      const auto place =
         std::find_if(routes_.begin(), routes_.end(), [&](const auto &other) { return other.get() == route; });
      if (place == routes_.end()) {
         return;
      }
      found = *place;
      routes_.erase(place);
   }
   const std::lock_guard wait(found->running);
   found->removed = true;
}

Match Router::match(std::string_view method, std::string_view path) const {
   const auto wanted = method == "HEAD" ? std::string_view("GET") : method;
   Match match;
   const std::lock_guard lock(mutex_);
   for (const auto &route : routes_) {
      auto values = route->pattern.match(path);
      if (!values) {
         continue;
      }
      if (route->method == wanted) {
         return {route, std::move(*values), {}};
      }
      if (std::find(match.allowed.begin(), match.allowed.end(), route->method) == match.allowed.end()) {
         match.allowed.push_back(route->method);
      }
   }
   return match;
}

std::vector<RouteInfo> Router::list() const {
   const std::lock_guard lock(mutex_);
   std::vector<RouteInfo> all;
   for (const auto &route : routes_) {
      all.push_back({route->method, route->pattern.text(), route->summary});
   }
   return all;
}

} // namespace nebula::gateway
