#pragma once

/// One keep-alive HTTP connection to the daemon, one request at a time. Single-threaded: the io thread.

#include "core/digest_auth.h"
#include "core/http_response.h"
#include "core/rpc_requests.h"
#include "shell/settings.h"

#include "common/net/transport.h"

#include <boost/asio/steady_timer.hpp>

namespace nebula::monero {

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
public:
   using Done = std::function<void(Result<std::string> body)>;

   HttpConnection(boost::asio::io_context &io, const Settings &settings);

   /// Sends the request and calls `done` once with the body of a 200 answer, or why there is none. Connects when there
   /// is no connection; repeats the request once when the daemon had closed an idle one, and once to authenticate.
   /// Precondition: not busy().
   void send(RpcRequest request, TimeMs timeout, Done done);
   [[nodiscard]] bool busy() const { return static_cast<bool>(done_); }

   /// Drops the connection; a request under way is answered with an error. From now on these settings hold.
   void reset(const Settings &settings);

private:
   void open();
   void write();
   void read();
   void on_data(std::string_view data);
   void on_broken(const std::string &why);
   void on_response(const HttpResponse &response);
   void on_unauthorized(const HttpResponse &response);
   void arm(TimeMs timeout, std::string what);
   void drop();
   void finish(Result<std::string> outcome);
   [[nodiscard]] std::string request_text();
   [[nodiscard]] Error transport_error(const std::string &why) const;

   boost::asio::io_context &io_;
   boost::asio::steady_timer deadline_;
   DaemonUrl url_;
   Credentials credentials_;
   common::TlsPolicy tls_;
   TimeMs connect_timeout_;

   std::shared_ptr<common::Transport> transport_; // null: no connection
   std::uint64_t life_ = 0;                       // callbacks of an earlier connection are of no more interest
   HttpResponseParser parser_;
   DigestSession digest_;

   RpcRequest request_;
   TimeMs timeout_ = 0;
   Done done_;
   bool reused_ = false;        // the connection had answered before this request
   bool authenticated_ = false; // this request was already repeated to authenticate
};

} // namespace nebula::monero
