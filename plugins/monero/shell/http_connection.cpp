#include "shell/http_connection.h"

#include <openssl/rand.h>

#include <cassert>

namespace nebula::monero {

namespace {

std::string client_nonce() {
   std::array<std::uint8_t, 16> random{};
   if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1)
      return "0"; // the nonce of the server alone still makes each answer different
   return to_hex(random);
}

} // namespace

HttpConnection::HttpConnection(boost::asio::io_context &io, const Settings &settings) : io_(io), deadline_(io) {
   reset(settings);
}

void HttpConnection::reset(const Settings &settings) {
   url_ = settings.url;
   credentials_ = settings.credentials;
   tls_ = {settings.tls_fingerprint, "tls_fingerprint"};
   connect_timeout_ = settings.timeouts.connect;
   drop();
   if (busy())
      finish(transport_error("the connection was closed to apply another configuration"));
}

void HttpConnection::send(RpcRequest request, TimeMs timeout, Done done) {
   assert(!busy());
   request_ = std::move(request);
   timeout_ = timeout;
   done_ = std::move(done);
   authenticated_ = false;
   reused_ = transport_ != nullptr;
   if (reused_)
      write();
   else
      open();
}

void HttpConnection::arm(TimeMs timeout, std::string what) {
   deadline_.expires_after(std::chrono::milliseconds(timeout));
   deadline_.async_wait([self = shared_from_this(), life = life_, what = std::move(what)](const auto &code) {
      if (code || life != self->life_ || !self->busy())
         return;
      self->drop();
      self->finish(self->transport_error(what));
   });
}

void HttpConnection::open() {
   transport_ = url_.tls ? common::make_tls_transport(io_, tls_) : common::make_tcp_transport(io_);
   arm(connect_timeout_, "no connection within " + std::to_string(connect_timeout_) + " ms");
   transport_->open(url_, [self = shared_from_this(), life = life_](const std::string &error) {
      if (life != self->life_)
         return;
      if (error.empty()) {
         self->write();
         return;
      }
      self->drop();
      self->finish(self->transport_error(error));
   });
}

std::string HttpConnection::request_text() {
   std::string text = "POST " + request_.path + " HTTP/1.1\r\nHost: " + url_.authority() +
                      "\r\nUser-Agent: nebula\r\nContent-Type: application/json\r\nContent-Length: " +
                      std::to_string(request_.body.size()) + "\r\n";
   if (const auto authorization = digest_.authorization(credentials_, "POST", request_.path, client_nonce()))
      text += "Authorization: " + *authorization + "\r\n";
   return text + "\r\n" + request_.body;
}

void HttpConnection::write() {
   arm(timeout_, "no answer within " + std::to_string(timeout_) + " ms");
   std::string text;
   try {
      text = request_text();
   } catch (const std::exception &error) { // digest authentication without MD5
      drop();
      finish(Error{error.what(), Fault::unauthorized});
      return;
   }
   transport_->write(std::move(text), [self = shared_from_this(), life = life_](const std::string &error) {
      if (life == self->life_ && !error.empty())
         self->on_broken(error);
   });
   read();
}

void HttpConnection::read() {
   transport_->read([self = shared_from_this(), life = life_](const std::string &error, std::string_view data) {
      if (life != self->life_)
         return;
      if (!error.empty())
         self->on_broken(error);
      else
         self->on_data(data);
   });
}

void HttpConnection::on_data(std::string_view data) {
   if (data.empty()) {
      parser_.end_of_stream();
      if (!parser_.done()) {
         on_broken("it closed the connection");
         return;
      }
   }
   const auto used = parser_.feed(data);
   if (!used || *used < data.size()) {
      drop();
      finish(used ? Error{url_.authority() + " sent more than one answer to one request"} : used.error());
      return;
   }
   if (!parser_.done()) {
      read();
      return;
   }
   on_response(parser_.take());
}

// A kept connection that breaks before anything of an answer came was closed by the daemon while it was idle: nothing
// is wrong, and every request of this plugin may be sent twice.
void HttpConnection::on_broken(const std::string &why) {
   const bool was_idle = reused_ && !parser_.begun();
   drop();
   if (was_idle) {
      reused_ = false;
      authenticated_ = false; // a new connection has a new nonce
      open();
      return;
   }
   finish(transport_error(why));
}

void HttpConnection::on_response(const HttpResponse &response) {
   if (!response.keep_alive)
      drop();
   if (response.status == 401) {
      on_unauthorized(response);
      return;
   }
   if (response.status != 200) {
      finish(Error{url_.authority() + " answered HTTP " + std::to_string(response.status) + " to " + request_.path,
                   Fault::refused});
      return;
   }
   finish(response.body);
}

void HttpConnection::on_unauthorized(const HttpResponse &response) {
   if (!credentials_.given()) {
      finish(Error{url_.authority() + " wants a user and password, and none are configured", Fault::unauthorized});
      return;
   }
   const auto verdict = digest_.on_unauthorized(response.challenges, authenticated_);
   if (verdict == DigestSession::Verdict::bad_credentials) {
      drop(); // its nonces are void
      finish(Error{url_.authority() + " does not accept the configured user and password", Fault::unauthorized});
      return;
   }
   if (transport_ == nullptr) {
      finish(transport_error("it closes the connection after asking for a password, so its nonce is void"));
      return;
   }
   authenticated_ = true;
   write();
}

void HttpConnection::drop() {
   ++life_;
   if (transport_)
      transport_->close();
   transport_.reset();
   parser_ = {};
   digest_ = {};
   deadline_.cancel();
}

void HttpConnection::finish(Result<std::string> outcome) {
   deadline_.cancel();
   const Done done = std::exchange(done_, nullptr);
   if (done)
      done(std::move(outcome));
}

Error HttpConnection::transport_error(const std::string &why) const {
   return {url_.authority() + ": " + why, Fault::transport};
}

} // namespace nebula::monero
