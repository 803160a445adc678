#include "node_routes.h"

#include "core/problem.h"
#include "exchange.h"

#include <nebula/error.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace nebula::gateway {

namespace {

constexpr const char *k_json = "application/json";
// The two exposition formats: scrapers that know the newer one ask for it.
constexpr const char *k_openmetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
constexpr const char *k_plain_metrics = "text/plain; version=0.0.4; charset=utf-8";

[[nodiscard]] bool accepts_openmetrics(const neb_http_request &request) {
   for (uint32_t i = 0; i < request.header_count; ++i) {
      if (view(request.headers[i].name) == "accept" &&
          view(request.headers[i].value).find("application/openmetrics-text") != std::string_view::npos) {
         return true;
      }
   }
   return false;
}

} // namespace

struct NodeRoutes::Entry {
   const NodeRoutes *owner;
   const char *document; // NULL: the index
   const char *content_type;
   std::shared_ptr<Route> route;
};

NodeRoutes::NodeRoutes(Node node, std::shared_ptr<Router> router) : node_(node), router_(std::move(router)) {
   add("/livez", "Whether the node is alive (503: restart it)", "livez", k_json);
   add("/readyz", "Whether the node does its job now (503: send work elsewhere)", "readyz", k_json);
   add("/healthz", "Every component of every plugin", "healthz", k_json);
   add("/metrics", "Metrics for Prometheus; OpenMetrics text when the request accepts it", "metrics-plain",
       k_plain_metrics);
   add("/api/v1/status", "The node, its plugins and services", "status", k_json);
   add("/api/v1", "This list", nullptr, k_json);
   add("/", "This list", nullptr, k_json);
}

NodeRoutes::~NodeRoutes() {
   for (const auto &entry : entries_) {
      router_->remove(entry->route.get());
   }
}

void NodeRoutes::add(const char *pattern, const char *summary, const char *document, const char *content_type) {
   std::string why;
   auto parsed = Pattern::parse(pattern, why);
   auto route = std::make_shared<Route>();
   if (!parsed) {
      throw Error(NEB_E_FAIL, pattern, ": ", why);
   }
   entries_.push_back(std::make_unique<Entry>(Entry{this, document, content_type, route}));
   route->method = "GET";
   route->pattern = std::move(*parsed);
   route->summary = summary;
   route->handler = document ? &show_document : &show_index;
   route->user = entries_.back().get();
   if (const auto status = router_->add(route, why); status != NEB_OK) {
      throw Error(status, why);
   }
}

void NodeRoutes::show_document(void *user, const neb_http_request *request, neb_http_exchange *exchange) {
   const auto &entry = *static_cast<const Entry *>(user);
   Response response;
   try {
      const bool newer = entry.content_type == k_plain_metrics && accepts_openmetrics(*request);
      auto document = entry.owner->node_.document(newer ? "metrics" : entry.document);
      response = {
         document.good ? 200u : 503u, newer ? k_openmetrics : entry.content_type, std::move(document.text), {}};
   } catch (const std::exception &error) {
      response = {500, k_problem_type, problem(500, error.what(), view(request->path), view(request->id)), {}};
   }
   exchange->finish(std::move(response));
   exchange->release();
}

void NodeRoutes::show_index(void *user, const neb_http_request *, neb_http_exchange *exchange) {
   const auto &entry = *static_cast<const Entry *>(user);
   boost::json::array routes;
   for (const auto &route : entry.owner->router_->list()) {
      routes.push_back(
         boost::json::object{{"method", route.method}, {"path", route.pattern}, {"summary", route.summary}});
   }
   exchange->finish({200, k_json, boost::json::serialize(boost::json::object{{"routes", routes}}), {}});
   exchange->release();
}

} // namespace nebula::gateway
