// nebula.http/1: routes that a plugin adds to the node's HTTP server, and their answers.
#pragma once

#include <nebula/log.hpp>
#include <nebula/services.hpp>
#include <nebula/svc/http.h>

#include <deque>
#include <optional>

namespace nebula {

// A request as a handler sees it. Borrowed until its exchange is answered.
class HttpRequest {
public:
   explicit HttpRequest(const neb_http_request &raw) noexcept : raw_(&raw) {}

   std::string_view method() const noexcept { return view(raw_->method); }
   std::string_view path() const noexcept { return view(raw_->path); }
   std::string_view body() const noexcept { return view(raw_->body); }

   // What the i-th {name} of the route's pattern matched.
   std::string_view value(std::size_t i = 0) const noexcept {
      return i < raw_->path_value_count ? view(raw_->path_values[i]) : std::string_view{};
   }

   // A parameter of the query, decoded: "limit" of "?limit=20". The first one of that name.
   std::optional<std::string> query(std::string_view name) const {
      std::string_view rest = view(raw_->query);
      while (!rest.empty()) {
         const std::string_view pair = rest.substr(0, rest.find('&'));
         rest.remove_prefix(pair.size() < rest.size() ? pair.size() + 1 : rest.size());
         const std::size_t equals = pair.find('=');
         if (decoded(pair.substr(0, equals)) == name) {
            return equals == std::string_view::npos ? std::string{} : decoded(pair.substr(equals + 1));
         }
      }
      return std::nullopt;
   }

private:
   static int digit(char c) noexcept {
      return c >= '0' && c <= '9'   ? c - '0'
             : c >= 'a' && c <= 'f' ? c - 'a' + 10
             : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                    : -1;
   }
   static std::string decoded(std::string_view text) {
      constexpr int k_base = 16;
      std::string out;
      for (std::size_t i = 0; i < text.size(); ++i) {
         if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
            out += static_cast<char>(digit(text[i + 1]) * k_base + digit(text[i + 2]));
            i += 2;
         } else {
            out += text[i] == '+' ? ' ' : text[i];
         }
      }
      return out;
   }

   const neb_http_request *raw_;
};

// The one answer that a request gets, from whatever thread. Destroyed without an answer it answers 503 itself. Outlives
// neither the HttpRoutes nor the instance.
class HttpExchange {
public:
   HttpExchange(const Slot<neb_http> &slot, neb_http_exchange *raw) noexcept : slot_(&slot), raw_(raw) {}
   HttpExchange(HttpExchange &&other) noexcept : slot_(other.slot_), raw_(std::exchange(other.raw_, nullptr)) {}
   HttpExchange &operator=(HttpExchange &&) = delete;
   ~HttpExchange() {
      if (raw_ != nullptr) {
         (void)guarded(nullptr, [this] { problem(503, "the plugin ended before it answered"); });
      }
   }

   void respond(unsigned status, std::string_view content_type, std::string_view body) noexcept {
      neb_http_exchange *const raw = std::exchange(raw_, nullptr);
      const Guard<neb_http> http = slot_->enter();
      if (raw == nullptr || !http) {
         return; // answered already, or there is no server any more
      }
      neb_http_response response{};
      response.size = sizeof response;
      response.status = status;
      response.content_type = str(content_type);
      response.body = bytes(body);
      http->respond(http.get(), raw, &response);
   }

   void json(std::string_view document, unsigned status = 200) noexcept {
      respond(status, "application/json", document);
   }

   // An error as application/problem+json (RFC 9457); `detail` says what is wrong and what would be right.
   void problem(unsigned status, std::string_view detail) {
      std::string document = concat("{\"title\":\"", title(status), "\",\"status\":", status, ",\"detail\":\"");
      for (const char c : as_utf8(detail)) {
         if (c == '"' || c == '\\') {
            document += '\\';
            document += c;
         } else {
            document += static_cast<unsigned char>(c) < 0x20u ? ' ' : c;
         }
      }
      respond(status, "application/problem+json", document + "\"}");
   }

   // The HTTP status that says most of what a status of the contract does.
   static unsigned status_of(neb_status status) noexcept {
      switch (status) {
      case NEB_E_INVALID:
         return 400;
      case NEB_E_DENIED:
         return 403;
      case NEB_E_NOT_FOUND:
      case NEB_E_GONE:
         return 404;
      case NEB_E_EXISTS:
      case NEB_E_CONFLICT:
         return 409;
      case NEB_E_STATE:
      case NEB_E_BUSY:
      case NEB_E_FULL:
      case NEB_E_TIMEOUT:
         return 503;
      default:
         return 500;
      }
   }

private:
   static const char *title(unsigned status) noexcept {
      switch (status) {
      case 400:
         return "Bad Request";
      case 403:
         return "Forbidden";
      case 404:
         return "Not Found";
      case 409:
         return "Conflict";
      case 503:
         return "Service Unavailable";
      default:
         return "Internal Server Error";
      }
   }

   const Slot<neb_http> *slot_;
   neb_http_exchange *raw_;
};

// The routes of one instance. They appear on the node's server while there is one, again on each that takes its place.
class HttpRoutes {
public:
   // Called on the server's thread. To answer later, it moves the exchange to where it keeps it, and copies of the
   // request what it needs. What it throws before is answered with the HTTP status nearest to the error's.
   using Handler = std::function<void(const HttpRequest &, HttpExchange &)>;

   // Finds the server, which the manifest should name as an optional requirement.
   // [main & in init]
   explicit HttpRoutes(Host host) : log_(host), slot_(Services(host).find_optional<neb_http>(NEB_SVC_HTTP, "")) {}
   HttpRoutes(const HttpRoutes &) = delete;
   HttpRoutes &operator=(const HttpRoutes &) = delete;

   // Before `start`. Patterns and summaries as in svc/http.h.
   void add(std::string method, std::string pattern, std::string summary, Handler handler) {
      routes_.push_back({this, std::move(method), std::move(pattern), std::move(summary), std::move(handler), nullptr});
   }

   // [main & in start]
   void start() {
      register_all();
      slot_.watch([this](uint64_t) { register_all(); });
   }

   // When it returns no handler runs or will run.
   // [main]
   void stop() noexcept {
      const Guard<neb_http> http = slot_.enter();
      if (!http || http.generation() != generation_) {
         return;
      }
      for (Route &route : routes_) {
         if (route.handle != nullptr) {
            http->unroute(http.get(), std::exchange(route.handle, nullptr));
         }
      }
   }

private:
   struct Route {
      HttpRoutes *owner;
      std::string method, pattern, summary;
      Handler handler;
      neb_http_route *handle;
   };

   void register_all() {
      const Guard<neb_http> http = slot_.enter();
      if (!http || http.generation() == generation_) {
         return;
      }
      generation_ = http.generation();
      for (Route &route : routes_) {
         route.handle = nullptr;
         ErrorRecord record;
         const neb_status status = http->route(http.get(), str(route.method), str(route.pattern), str(route.summary),
                                               &on_request, &route, &route.handle, record.raw());
         if (status != NEB_OK) {
            log_.warn("route ", route.method, " ", route.pattern, " is not served: ", record.text());
         }
      }
   }

   static void on_request(void *user, const neb_http_request *request, neb_http_exchange *raw) noexcept {
      const Route &route = *static_cast<const Route *>(user);
      HttpExchange exchange(route.owner->slot_, raw);
      neb_error err{sizeof(neb_error), NEB_OK, {0}};
      const neb_status status = guarded(&err, [&] { route.handler(HttpRequest(*request), exchange); });
      if (status != NEB_OK) {
         (void)guarded(nullptr, [&] { exchange.problem(HttpExchange::status_of(status), err.text); });
      }
   }

   Log log_;
   Slot<neb_http> slot_;
   std::deque<Route> routes_; // their addresses are what the server holds
   uint64_t generation_ = 0;
};

} // namespace nebula
