#include "server.h"

#include <nebula/error.hpp>
#include <nebula/port_owner.hpp>

#include <cerrno>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace nebula::pool {
namespace {

/// Connections that wait to be accepted. A storm of reconnecting miners takes 0.2 to 0.6 s with this many and 1.5 to 3
/// s with 128.
constexpr int k_backlog = 4'096;
constexpr int k_accepts_per_turn = 64;
constexpr std::size_t k_read_bytes = 16'384;
/// Unsent bytes of a miner that does not read; five of the longest jobs fit sixteen times.
constexpr std::size_t k_unsent_bytes_max = 65'536;
/// The kernel's part of that; else it would fill first, with megabytes.
constexpr int k_kernel_send_bytes = 32'768;
constexpr std::uint64_t k_half_line_ns = 15'000'000'000;
constexpr std::uint64_t k_closing_ns = 5'000'000'000;
constexpr std::uint64_t k_warn_ns = 10'000'000'000;
/// Dead peers are noticed by the kernel: silence of a living one is no reason to close.
constexpr int k_keepalive_idle_s = 60, k_keepalive_interval_s = 15, k_keepalive_count = 4;

union Address {
   sockaddr any;
   sockaddr_in v4;
   sockaddr_in6 v6;
};

struct Endpoint {
   Address address{};
   socklen_t size = 0;
   std::uint16_t port = 0;
};

[[nodiscard]] Endpoint endpoint_of(const std::string &listen) {
   const auto colon = listen.rfind(':');
   std::string host = listen.substr(0, colon);
   Endpoint out;
   const char *port = colon == std::string::npos ? "" : listen.c_str() + colon + 1;
   const char *end = listen.c_str() + listen.size();
   const auto [rest, wrong] = std::from_chars(port, end, out.port);
   if (colon == std::string::npos || wrong != std::errc{} || rest != end)
      throw Error(NEB_E_CONFIG, "listen: \"", listen,
                  "\" is not a TCP address: write 0.0.0.0:3333, with a port from 0 to 65535");
   if (host.size() > 2 && host.front() == '[' && host.back() == ']')
      host = host.substr(1, host.size() - 2);
   if (host == "localhost")
      host = "127.0.0.1";
   if (inet_pton(AF_INET, host.c_str(), &out.address.v4.sin_addr) == 1) {
      out.address.v4.sin_family = AF_INET;
      out.address.v4.sin_port = htons(out.port);
      out.size = sizeof out.address.v4;
   } else if (inet_pton(AF_INET6, host.c_str(), &out.address.v6.sin6_addr) == 1) {
      out.address.v6.sin6_family = AF_INET6;
      out.address.v6.sin6_port = htons(out.port);
      out.size = sizeof out.address.v6;
   } else {
      throw Error(NEB_E_CONFIG, "listen: \"", listen, "\": ", host,
                  " is not an IP address; use 0.0.0.0 for all of IPv4");
   }
   return out;
}

/// What connections are counted by: an IPv4 address, or the network that an IPv6 customer has for himself.
[[nodiscard]] std::uint32_t key_of(const Address &address) {
   if (address.any.sa_family == AF_INET)
      return address.v4.sin_addr.s_addr;
   const std::uint8_t *bytes = address.v6.sin6_addr.s6_addr;
   std::uint32_t parts[4];
   std::memcpy(parts, bytes, sizeof parts);
   if (IN6_IS_ADDR_V4MAPPED(&address.v6.sin6_addr))
      return parts[3];
   return (parts[0] * 0x9E3779B1u) ^ parts[1];
}

void set(int descriptor, int level, int option, int value) {
   (void)setsockopt(descriptor, level, option, &value, sizeof value);
}

[[nodiscard]] std::string text_of(int descriptor) {
   Address address{};
   socklen_t size = sizeof address;
   if (getsockname(descriptor, &address.any, &size) != 0)
      return {};
   char text[INET6_ADDRSTRLEN] = {};
   if (address.any.sa_family == AF_INET) {
      inet_ntop(AF_INET, &address.v4.sin_addr, text, sizeof text);
      return std::string(text) + ":" + std::to_string(ntohs(address.v4.sin_port));
   }
   inet_ntop(AF_INET6, &address.v6.sin6_addr, text, sizeof text);
   return "[" + std::string(text) + "]:" + std::to_string(ntohs(address.v6.sin6_port));
}

} // namespace

class Server::Listener final : public Readiness {
public:
   Listener(Server &server, int descriptor, std::uint8_t port) : server_(server), descriptor_(descriptor), port_(port) {
      server_.loop_.watch(descriptor_, EPOLLIN, this);
   }
   ~Listener() override {
      server_.loop_.forget(descriptor_, this);
      ::close(descriptor_);
   }

   void ready(std::uint32_t) override {
      for (int i = 0; i < k_accepts_per_turn; ++i) {
         Address address{};
         socklen_t size = sizeof address;
         const int descriptor = accept4(descriptor_, &address.any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
         if (descriptor >= 0) {
            server_.accepted(descriptor, key_of(address), port_);
            continue;
         }
         if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            pause();
         if (errno != ECONNABORTED && errno != EINTR)
            return;
      }
   }

   /// After `pause`, once a second: descriptors may have become free.
   void again() {
      if (paused_)
         server_.loop_.change(descriptor_, EPOLLIN, this);
      paused_ = false;
   }

private:
   /// Without descriptors the waiting connection would wake the loop for ever.
   void pause() {
      const std::uint64_t now = server_.clock_.monotonic_ns();
      if (now - server_.warned_ns_ >= k_warn_ns) {
         server_.warned_ns_ = now;
         server_.log_.warn("cannot accept a connection: ", std::strerror(errno), "; ", server_.connections_.size(),
                           " are open: raise the limit of open files (ulimit -n, LimitNOFILE=)");
      }
      server_.loop_.change(descriptor_, 0, this);
      paused_ = true;
   }

   Server &server_;
   int descriptor_;
   std::uint8_t port_;
   bool paused_ = false;
};

/// About 120 bytes while nothing is half read or unsent.
class Server::Connection final : public Readiness {
public:
   Connection(Server &server, int socket, ConnectionId number, std::uint32_t from)
      : server_(server), descriptor(socket), id(number), address(from) {}
   ~Connection() override {
      server_.loop_.forget(descriptor, this);
      ::close(descriptor);
   }

   void ready(std::uint32_t events) override {
      if ((events & EPOLLOUT) && !server_.write(*this))
         return;
      if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
         server_.read(*this);
   }

private:
   Server &server_;

public:
   int descriptor;
   ConnectionId id;
   std::uint32_t address;
   bool waits_to_write = false, closing = false;
   std::uint64_t since_ns = 0; ///< a half line's first byte, or the decision to close
   std::string half;           ///< of a line
   std::string unsent;
};

Server::Server(ServerSettings settings, Loop &loop, Clock clock, Log log)
   : settings_(std::move(settings)), loop_(loop), clock_(clock), log_(log), buffer_(k_read_bytes) {}

Server::~Server() = default;

void Server::open() {
   for (std::size_t i = 0; i < settings_.listen.size(); ++i) {
      const std::string &listen = settings_.listen[i];
      const Endpoint endpoint = endpoint_of(listen);
      const int descriptor = socket(endpoint.address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      if (descriptor < 0)
         throw Error(NEB_E_IO, "cannot listen on ", listen, ": ", std::strerror(errno));
      set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
      if (bind(descriptor, &endpoint.address.any, endpoint.size) != 0 || ::listen(descriptor, k_backlog) != 0) {
         const int failed = errno;
         ::close(descriptor);
         const std::string owner = failed == EADDRINUSE ? port_owner(endpoint.port) : std::string();
         throw Error(NEB_E_IO, "cannot listen on ", listen, ": ", std::strerror(failed),
                     owner.empty() ? "" : ", it is held by ", owner, "; stop that, or give the port another `listen`");
      }
      addresses_.push_back(text_of(descriptor));
      listeners_.push_back(std::make_unique<Listener>(*this, descriptor, static_cast<std::uint8_t>(i)));
   }
}

void Server::stop_listening() {
   listeners_.clear();
}

void Server::close_all() {
   while (!connections_.empty())
      drop(*connections_.begin()->second);
}

void Server::accepted(int descriptor, std::uint32_t address, std::uint8_t port) {
   std::uint32_t &of_address = per_address_[address];
   do
      ++last_; // after 2^32 connections some of the first ones may still be there
   while (connections_.contains(last_));
   if (of_address >= settings_.connections_per_address || !pool_->opened(last_, port, clock_.monotonic_ns())) {
      ++counts_.refused;
      ::close(descriptor);
      return;
   }
   ++of_address;
   ++counts_.accepted;
   set(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
   set(descriptor, SOL_SOCKET, SO_SNDBUF, k_kernel_send_bytes);
   set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
   set(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, k_keepalive_idle_s);
   set(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, k_keepalive_interval_s);
   set(descriptor, IPPROTO_TCP, TCP_KEEPCNT, k_keepalive_count);
   auto connection = std::make_unique<Connection>(*this, descriptor, last_, address);
   loop_.watch(descriptor, EPOLLIN, connection.get());
   connections_.emplace(last_, std::move(connection));
   counts_.peak = std::max<std::uint64_t>(counts_.peak, connections_.size());
}

void Server::drop(Connection &connection) {
   const ConnectionId id = connection.id;
   if (const auto found = per_address_.find(connection.address); found != per_address_.end() && --found->second == 0)
      per_address_.erase(found);
   dirty_.erase(id);
   connections_.erase(id);
   pool_->closed(id, clock_.monotonic_ns());
}

void Server::read(Connection &connection) {
   // One read a turn: whoever sends without end takes its turns with the others.
   const ssize_t count = recv(connection.descriptor, buffer_.data(), buffer_.size(), 0);
   if (count < 0 && (errno == EAGAIN || errno == EINTR))
      return;
   if (count <= 0) {
      drop(connection);
      return;
   }
   if (!connection.closing)
      take(connection, {buffer_.data(), static_cast<std::size_t>(count)});
}

void Server::take(Connection &connection, std::string_view bytes) {
   const std::uint64_t now = clock_.monotonic_ns();
   while (!bytes.empty() && !connection.closing) {
      const std::size_t end = bytes.find('\n');
      const std::string_view part = bytes.substr(0, end);
      if (connection.half.size() + part.size() > k_line_bytes_max) {
         pool_->refuse(connection.id, "the line is too long");
         return;
      }
      if (end == std::string_view::npos) {
         if (connection.half.empty())
            connection.since_ns = now;
         connection.half.append(part);
         return;
      }
      bytes.remove_prefix(end + 1);
      std::string joined;
      std::string_view line = part;
      if (!connection.half.empty()) {
         joined = std::move(connection.half);
         connection.half = {};
         line = joined.append(part);
      }
      if (line.ends_with('\r'))
         line.remove_suffix(1);
      if (!line.empty())
         pool_->line(connection.id, line, now);
   }
}

void Server::send(ConnectionId id, std::string_view lines) {
   const auto found = connections_.find(id);
   if (found == connections_.end())
      return;
   found->second->unsent.append(lines);
   dirty_.insert(id);
}

void Server::close_after_sending(ConnectionId id) {
   const auto found = connections_.find(id);
   if (found == connections_.end())
      return;
   found->second->closing = true;
   found->second->since_ns = clock_.monotonic_ns();
   dirty_.insert(id);
}

void Server::flush() {
   // Dropping takes out of the set, and closing tells the pool, which may send to others.
   while (!dirty_.empty()) {
      const ConnectionId id = *dirty_.begin();
      dirty_.erase(dirty_.begin());
      if (const auto found = connections_.find(id); found != connections_.end())
         (void)write(*found->second);
   }
}

bool Server::write(Connection &connection) {
   std::size_t sent = 0;
   const std::string &text = connection.unsent;
   while (sent < text.size()) {
      const ssize_t count = ::send(connection.descriptor, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (count < 0 && errno == EINTR)
         continue;
      if (count < 0 && errno == EAGAIN)
         break;
      if (count <= 0) {
         drop(connection);
         return false;
      }
      sent += static_cast<std::size_t>(count);
   }
   if (sent == text.size())
      connection.unsent = {}; // frees it: most connections are idle
   else
      connection.unsent.erase(0, sent);
   const bool all = connection.unsent.empty();
   if ((all && connection.closing) || connection.unsent.size() > k_unsent_bytes_max) {
      drop(connection);
      return false;
   }
   if (all == connection.waits_to_write) {
      connection.waits_to_write = !all;
      loop_.change(connection.descriptor, all ? EPOLLIN : EPOLLIN | EPOLLOUT, &connection);
   }
   return true;
}

void Server::tick() {
   for (const auto &listener : listeners_)
      listener->again();
   const std::uint64_t now = clock_.monotonic_ns();
   std::vector<ConnectionId> late;
   for (const auto &[id, connection] : connections_) {
      const std::uint64_t since = now - connection->since_ns;
      if (connection->closing ? since >= k_closing_ns : !connection->half.empty() && since >= k_half_line_ns)
         late.push_back(id);
   }
   for (const ConnectionId id : late)
      drop(*connections_.at(id));
}

} // namespace nebula::pool
