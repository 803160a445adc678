#include "server.h"

#include "session.h"

#include <nebula/error.hpp>
#include <nebula/port_owner.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <charconv>
#include <future>
#include <set>
#include <thread>

namespace nebula::gateway {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// Connections waiting to be accepted; a burst of that many finds place.
constexpr int k_backlog = 1024;

[[nodiscard]] tcp::endpoint endpoint_of(const std::string &listen) {
   const auto [host, port_text] = split_host_port(listen);
   std::uint16_t port = 0;
   std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
   boost::system::error_code failed;
   const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, failed);
   if (failed) {
      throw Error(NEB_E_CONFIG, "listen: \"", listen, "\": ", host,
                  " is not an IP address; use 127.0.0.1 for this machine only or 0.0.0.0 for all");
   }
   return {address, port};
}

} // namespace

class Server::Impl {
public:
   Impl(Settings settings, std::shared_ptr<Router> router, Counters counters, Log log)
      : shared_(std::make_shared<Shared>(std::move(settings), std::move(router), counters, log)) {}

   void start() {
      const auto &listen = shared_->settings.listen;
      const auto endpoint = endpoint_of(listen);
      boost::system::error_code failed;
      acceptor_.open(endpoint.protocol(), failed);
      acceptor_.set_option(asio::socket_base::reuse_address(true), failed);
      acceptor_.bind(endpoint, failed);
      if (!failed) {
         acceptor_.listen(k_backlog, failed);
      }
      if (failed) {
         const auto owner = failed == asio::error::address_in_use ? port_owner(endpoint.port()) : std::string();
         throw Error(NEB_E_IO, "cannot listen on ", listen, ": ", failed.message(),
                     owner.empty() ? "" : ", it is held by ", owner,
                     "; stop that, or set another `listen` for the gateway");
      }
      const auto bound = acceptor_.local_endpoint();
      const auto host = bound.address().to_string();
      address_ = (bound.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(bound.port());
      accept();
      thread_ = std::thread([this] { context_.run(); });
   }

   void drain() {
      shared_->draining = true;
      asio::post(context_, [this] {
         for (const auto &session : std::set(sessions_)) {
            session->drain();
         }
      });
   }

   void stop() {
      if (!thread_.joinable()) {
         return;
      }
      asio::post(context_, [this] {
         boost::system::error_code ignored;
         acceptor_.close(ignored);
         retry_.cancel();
         for (const auto &session : std::set(sessions_)) {
            session->close();
         }
         work_.reset();
      });
      thread_.join();
   }

   [[nodiscard]] const std::string &address() const { return address_; }

private:
   void accept() {
      acceptor_.async_accept([this](boost::system::error_code failed, tcp::socket socket) {
         if (failed == asio::error::operation_aborted || !acceptor_.is_open()) {
            return;
         }
         if (failed) {
            // Out of descriptors, usually: another try soon, not a busy loop.
            shared_->log.warn("cannot accept a connection: ", failed.message());
            retry_.expires_after(std::chrono::milliseconds(100));
            retry_.async_wait([this](boost::system::error_code cancelled) {
               if (!cancelled) {
                  accept();
               }
            });
            return;
         }
         take(std::move(socket));
         accept();
      });
   }

   void take(tcp::socket socket) {
      if (sessions_.size() >= shared_->settings.connections_max) {
         shared_->counters.refused.add();
         return; // closes the socket
      }
      auto session = make_session(std::move(socket), shared_, [this](Session *ended) {
         std::erase_if(sessions_, [ended](const auto &other) { return other.get() == ended; });
         shared_->counters.connections.set(static_cast<std::int64_t>(sessions_.size()));
      });
      sessions_.insert(session);
      shared_->counters.connections.set(static_cast<std::int64_t>(sessions_.size()));
      session->run();
   }

   asio::io_context context_{1};
   asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
   std::shared_ptr<Shared> shared_;
   tcp::acceptor acceptor_{context_};
   asio::steady_timer retry_{context_};
   std::set<std::shared_ptr<Session>> sessions_;
   std::string address_;
   std::thread thread_;
};

Server::Server(Settings settings, std::shared_ptr<Router> router, Counters counters, Log log)
   : impl_(std::make_shared<Impl>(std::move(settings), std::move(router), counters, log)) {}

Server::~Server() {
   impl_->stop();
}

void Server::start() {
   impl_->start();
}
void Server::drain() {
   impl_->drain();
}
void Server::stop() {
   impl_->stop();
}
std::string Server::address() const {
   return impl_->address();
}

} // namespace nebula::gateway
