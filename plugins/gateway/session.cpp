#include "session.h"

#include "core/problem.h"
#include "exchange.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <algorithm>
#include <optional>

namespace nebula::gateway {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

using Parser = http::request_parser<http::string_body>;
using Message = http::response<http::string_body>;

// How long a peer may go on sending what is no longer read.
constexpr std::chrono::seconds k_linger{2};
constexpr std::size_t k_discarded_at_once = 65536;

[[nodiscard]] std::string_view text(beast::string_view view) {
   return {view.data(), view.size()};
}

[[nodiscard]] Response problem_response(unsigned status, std::string_view detail, std::string_view path = {},
                                        std::string_view id = {}) {
   return {status, k_problem_type, problem(status, detail, path, id), {}};
}

// What a malformed request is told; empty when the peer is simply gone.
[[nodiscard]] std::optional<Response> response_to(beast::error_code failed) {
   if (failed == http::error::header_limit) {
      return problem_response(431, "the request's headers are longer than 16 KiB");
   }
   if (failed == http::error::body_limit) {
      return problem_response(413, "the request's body is longer than body_max of the gateway");
   }
   if (failed == beast::error::timeout || failed == http::error::end_of_stream ||
       failed.category() != http::make_error_code(http::error::bad_method).category()) {
      return std::nullopt;
   }
   return problem_response(400, "not an HTTP/1.1 request: " + failed.message());
}

class BeastSession final : public Session, public std::enable_shared_from_this<BeastSession> {
public:
   BeastSession(asio::ip::tcp::socket socket, std::shared_ptr<Shared> shared, std::function<void(Session *)> ended)
      : stream_(std::move(socket)), answer_timer_(stream_.get_executor()), shared_(std::move(shared)),
        ended_(std::move(ended)) {
      beast::error_code failed;
      const auto peer = stream_.socket().remote_endpoint(failed);
      remote_ = failed ? "?" : peer.address().to_string() + ":" + std::to_string(peer.port());
      stream_.socket().set_option(asio::ip::tcp::no_delay(true), failed);
   }

   void run() override { read(); }

   void drain() override {
      keep_alive_ = false;
      if (waiting_) {
         close();
      }
   }

   void close() override {
      give_up_exchange();
      beast::error_code ignored;
      stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
      stream_.close();
      if (ended_) {
         std::exchange(ended_, nullptr)(this);
      }
   }

private:
   void read() {
      head_ = false;
      version_ = 11;
      waiting_ = true;
      parser_.emplace();
      parser_->header_limit(k_header_bytes_max);
      parser_->body_limit(shared_->settings.body_max);
      stream_.expires_after(std::chrono::duration_cast<std::chrono::milliseconds>(shared_->settings.idle_timeout));
      http::async_read(stream_, buffer_, *parser_,
                       [self = shared_from_this()](beast::error_code failed, std::size_t) { self->on_read(failed); });
   }

   void on_read(beast::error_code failed) {
      waiting_ = false;
      if (failed) {
         if (const auto response = response_to(failed)) {
            keep_alive_ = false;
            unread_ = true;
            write(*response);
            return;
         }
         close();
         return;
      }
      stream_.expires_never();
      auto request = parser_->release();
      keep_alive_ = request.keep_alive() && !shared_->draining;
      version_ = request.version();
      head_ = request.method() == http::verb::head;
      dispatch(std::move(request));
   }

   void dispatch(http::request<http::string_body> request) {
      const auto target = text(request.target());
      const auto question = target.find('?');
      const auto path = decode_path(target.substr(0, question));
      const auto id = std::to_string(shared_->last_request.fetch_add(1) + 1);
      if (!path || path->empty() || path->front() != '/') {
         write(problem_response(400, "the request's path is malformed", {}, id));
         return;
      }
      if (auto refused = refusal(request, *path, id)) {
         write(std::move(*refused));
         return;
      }
      auto match = shared_->router->match(text(request.method_string()), *path);
      if (!match.route) {
         write(no_route(match, *path, id));
         return;
      }
      auto *exchange = new neb_http_exchange;
      exchange_ = exchange;
      exchange->method = head_ ? "GET" : std::string(text(request.method_string()));
      exchange->query = question == std::string_view::npos ? "" : std::string(target.substr(question + 1));
      exchange->remote = remote_;
      exchange->id = id;
      for (const auto &field : request) {
         std::string name(text(field.name_string()));
         std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
         exchange->headers.emplace_back(std::move(name), text(field.value()));
      }
      for (const auto value : match.values) {
         exchange->path_values.emplace_back(value);
      }
      exchange->path = *path;
      exchange->body = std::move(request.body());
      hand_over(exchange, *match.route);
   }

   [[nodiscard]] std::optional<Response> refusal(const http::request<http::string_body> &request,
                                                 const std::string &path, const std::string &id) const {
      switch (check_access(shared_->settings.access, path, text(request[http::field::host]),
                           text(request[http::field::authorization]))) {
      case Access::granted:
         return std::nullopt;
      case Access::wrong_host:
         return problem_response(
            421, "this server does not answer under that host name; add it to allowed_hosts of the gateway", path, id);
      case Access::no_token: {
         auto response = problem_response(401, "send the node's token: Authorization: Bearer TOKEN", path, id);
         response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"nebula\"");
         return response;
      }
      case Access::wrong_token:
         break;
      }
      return problem_response(403, "that is not the node's token", path, id);
   }

   [[nodiscard]] static Response no_route(const Match &match, const std::string &path, const std::string &id) {
      if (match.allowed.empty()) {
         return problem_response(404, "nothing is served at " + path + "; GET /api/v1 lists the routes", path, id);
      }
      std::string allowed;
      for (const auto &method : match.allowed) {
         allowed += (allowed.empty() ? "" : ", ") + method;
      }
      auto response = problem_response(405, path + " answers " + allowed + " only", path, id);
      response.headers.emplace_back("Allow", allowed);
      return response;
   }

   // Calls the handler with a share of the exchange of its own, and waits for the answer.
   void hand_over(neb_http_exchange *exchange, Route &route) {
      exchange->answer = [weak = weak_from_this(), executor = stream_.get_executor()](Response response) {
         asio::post(executor, [weak, response = std::move(response)]() mutable {
            if (auto self = weak.lock()) {
               self->on_answer(std::move(response));
            }
         });
      };
      answer_timer_.expires_after(k_answer_timeout);
      answer_timer_.async_wait([self = shared_from_this()](beast::error_code cancelled) {
         if (!cancelled && self->exchange_) {
            self->exchange_->finish(problem_response(504, "the plugin that serves this did not answer within 30 s"));
         }
      });
      exchange->retain();
      const std::lock_guard running(route.running);
      if (route.removed) {
         exchange->finish(problem_response(503, "the plugin that served this was just removed"));
         exchange->release();
         return;
      }
      const auto request = exchange->request();
      route.handler(route.user, &request, exchange);
   }

   void on_answer(Response response) {
      answer_timer_.cancel();
      give_up_exchange();
      write(std::move(response));
   }

   void give_up_exchange() {
      if (exchange_) {
         exchange_->abandon();
         std::exchange(exchange_, nullptr)->release();
      }
   }

   void write(Response response) {
      message_.emplace(static_cast<http::status>(response.status), version_);
      auto &message = *message_;
      message.set(http::field::server, "nebula");
      message.set(http::field::content_type, response.content_type);
      message.set("X-Content-Type-Options", "nosniff");
      message.set(http::field::cache_control, "no-store");
      for (const auto &[name, value] : response.headers) {
         message.set(name, value);
      }
      message.keep_alive(keep_alive_);
      message.content_length(response.body.size());
      if (!head_) {
         message.body() = std::move(response.body);
      }
      if (response.status >= 100 && response.status < 600) {
         shared_->counters.requests[response.status / 100 - 1].add();
      }
      stream_.expires_after(k_answer_timeout);
      http::async_write(stream_, message, [self = shared_from_this()](beast::error_code failed, std::size_t) {
         self->on_written(failed);
      });
   }

   void on_written(beast::error_code failed) {
      message_.reset();
      if (!failed && unread_) {
         beast::error_code ignored;
         stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
         stream_.expires_after(k_linger);
         discard();
         return;
      }
      if (failed || !keep_alive_ || shared_->draining) {
         close();
         return;
      }
      read();
   }

   // Closing with bytes unread resets the connection, and the peer loses the answer: what it still sends is thrown away
   // until it ends or k_linger is over.
   void discard() {
      buffer_.clear();
      stream_.async_read_some(buffer_.prepare(k_discarded_at_once),
                              [self = shared_from_this()](beast::error_code failed, std::size_t) {
                                 if (failed) {
                                    self->close();
                                    return;
                                 }
                                 self->discard();
                              });
   }

   beast::tcp_stream stream_;
   beast::flat_buffer buffer_;
   asio::steady_timer answer_timer_;
   std::shared_ptr<Shared> shared_;
   std::function<void(Session *)> ended_;
   std::string remote_;
   std::optional<Parser> parser_;
   std::optional<Message> message_;
   neb_http_exchange *exchange_ = nullptr;
   unsigned version_ = 11;
   bool keep_alive_ = true;
   bool head_ = false;
   bool waiting_ = false; // for a request or the rest of one
   bool unread_ = false;  // a malformed request was answered before its end
};

} // namespace

std::shared_ptr<Session> make_session(asio::ip::tcp::socket socket, std::shared_ptr<Shared> shared,
                                      std::function<void(Session *)> ended) {
   return std::make_shared<BeastSession>(std::move(socket), std::move(shared), std::move(ended));
}

} // namespace nebula::gateway
