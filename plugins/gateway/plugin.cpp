#include "exchange.h"
#include "node_routes.h"
#include "server.h"

#include <nebula/config.hpp>
#include <nebula/metrics.hpp>
#include <nebula/node.hpp>
#include <nebula/plugin.hpp>
#include <nebula/status.hpp>
#include <nebula/svc/http.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace nebula::gateway {

namespace {

[[nodiscard]] Settings settings_from(const Config &config) {
   Settings settings;
   settings.listen = config.get<std::string>("listen");
   settings.connections_max = config.get<std::uint64_t>("connections_max");
   settings.body_max = config.size("body_max");
   settings.idle_timeout = config.duration("idle_timeout");
   settings.access.token = config.get_or<std::string>("token", "");
   settings.access.allowed_hosts = config.list<std::string>("allowed_hosts");
   settings.access.listen_host = split_host_port(settings.listen).host;
   settings.access.loopback = is_loopback(settings.access.listen_host);
   if (!settings.access.loopback && settings.access.token.empty() && !config.get<bool>("anonymous")) {
      throw Error(NEB_E_CONFIG, config.at("listen").where(), ": listen: ", settings.listen,
                  " is reachable from other machines: set a token, or anonymous: true when something in front of it "
                  "authenticates");
   }
   return settings;
}

[[nodiscard]] Counters counters_from(Host host) {
   const Metrics metrics(host);
   Counters counters;
   counters.connections = metrics.gauge("gateway_connections", "HTTP connections open now");
   counters.refused = metrics.counter("gateway_connections_refused", "Connections over the limit");
   static constexpr const char *k_classes[] = {R"(class="1xx")", R"(class="2xx")", R"(class="3xx")", R"(class="4xx")",
                                               R"(class="5xx")"};
   for (std::size_t i = 0; i < 5; ++i) {
      counters.requests[i] =
         metrics.counter("gateway_requests", "HTTP requests answered, by class of status", k_classes[i]);
   }
   return counters;
}

} // namespace

class Gateway final : public Plugin {
public:
   explicit Gateway(const neb_host *host)
      : Plugin(host), http_{sizeof(neb_http), 0, this, &add_route, &remove_route, &respond},
        status_([this] { return status(); }) {
      status_.attach(*this);
   }

protected:
   void init() override {
      server_ = std::make_unique<Server>(settings_from(config()), router_, counters_from(host()), log());
      routes_ = std::make_unique<NodeRoutes>(Node(host()), router_);
      host().provide(NEB_SVC_HTTP, http_);
   }

   void start() override {
      server_->start();
      log().info("serving http://", server_->address());
   }

   neb_status drain(uint64_t) override {
      server_->drain();
      return NEB_OK;
   }

   neb_status stop(uint64_t) override {
      server_->stop();
      return NEB_OK;
   }

private:
   [[nodiscard]] std::string status() const {
      const auto address = server_ ? server_->address() : std::string();
      boost::json::object document{{"summary", address.empty() ? "not listening" : "http://" + address}};
      document["listeners"] = address.empty() ? boost::json::array() : boost::json::array{"http://" + address};
      document["routes"] = router_->list().size();
      return boost::json::serialize(document);
   }

   static neb_status add_route(const neb_http *self, neb_str method, neb_str pattern, neb_str summary,
                               neb_http_handler handler, void *user, neb_http_route **out, neb_error *err) {
      return guarded(err, [&] {
         std::string why;
         auto parsed = Pattern::parse(view(pattern), why);
         if (!parsed || !handler || !out) {
            return fail(err, NEB_E_INVALID, parsed ? "a route needs a handler and a place for its handle" : why);
         }
         auto route = std::make_shared<Route>();
         route->method = method.len == 0 ? "GET" : std::string(view(method));
         route->pattern = std::move(*parsed);
         route->summary = view(summary);
         route->handler = handler;
         route->user = user;
         const auto status = static_cast<Gateway *>(self->ctx)->router_->add(route, why);
         if (status != NEB_OK) {
            return fail(err, status, why);
         }
         *out = reinterpret_cast<neb_http_route *>(route.get());
         return neb_status{NEB_OK};
      });
   }

   static void remove_route(const neb_http *self, neb_http_route *route) {
      (void)guarded(
         nullptr, [&] { static_cast<Gateway *>(self->ctx)->router_->remove(reinterpret_cast<const Route *>(route)); });
   }

   static void respond(const neb_http *, neb_http_exchange *exchange, const neb_http_response *response) {
      (void)guarded(nullptr, [&] {
         Response copy{
            response->status, std::string(view(response->content_type)), std::string(view(response->body)), {}};
         for (uint32_t i = 0; i < response->header_count; ++i) {
            copy.headers.emplace_back(view(response->headers[i].name), view(response->headers[i].value));
         }
         exchange->finish(std::move(copy));
      });
      exchange->release();
   }

   std::shared_ptr<Router> router_ = std::make_shared<Router>();
   neb_http http_;
   Status status_;
   std::unique_ptr<Server> server_;
   std::unique_ptr<NodeRoutes> routes_;
};

} // namespace nebula::gateway

NEBULA_PLUGIN(nebula::gateway::Gateway);
