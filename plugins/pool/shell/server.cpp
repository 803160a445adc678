#include "server.h"

#include "core/framing.h"
#include "core/proxy_header.h"

#include <nebula/error.hpp>

#include <algorithm>

#include <sys/epoll.h>
#include <unistd.h>

namespace nebula::pool {
namespace {

/// As much as a TLS record holds, so that none is left behind in OpenSSL where the loop does not see it.
constexpr std::size_t k_read_bytes = 16'384;
/// Unsent bytes of a miner that does not read; five of the longest jobs fit sixteen times.
constexpr std::size_t k_unsent_bytes_max = 65'536;
constexpr std::uint64_t k_closing_ns = 5'000'000'000;
/// Requests over the limits that a connection is told of before it is closed.
constexpr std::uint8_t k_refusals_max = 200;
constexpr std::uint64_t k_certificate_ticks = 60;

std::optional<TlsContext> tls_of(const ServerSettings &settings) {
   CertificateFiles files = settings.tls.files;
   if (!settings.tls.enabled)
      return std::nullopt;
   if (files.certificate.empty()) {
      if (settings.data_folder.empty())
         return std::nullopt;
      files = own_certificate(settings.data_folder);
   }
   return TlsContext(std::move(files));
}

} // namespace

Server::Server(ServerSettings settings, Loop &loop, Clock clock, Log log)
   : settings_(std::move(settings)), loop_(loop), clock_(clock), log_(log), guard_(settings_.guard),
     tls_(tls_of(settings_)), buffer_(k_read_bytes) {}

Server::~Server() = default;

void Server::open() {
   open_listeners(std::vector<int>(settings_.listen.size(), -1));
   for (const auto &listener : listeners_)
      listener->wake();
}

void Server::open_listeners(const std::vector<int> &inherited) {
   for (std::size_t i = 0; i < settings_.listen.size(); ++i) {
      const auto port = static_cast<std::uint8_t>(i);
      auto accept = [this, port](int descriptor, const NetAddress &from) { accepted(descriptor, from, port); };
      listeners_.push_back(inherited[i] >= 0
                              ? std::make_unique<Listener>(loop_, log_, inherited[i], std::move(accept))
                              : std::make_unique<Listener>(loop_, log_, settings_.listen[i], std::move(accept)));
      addresses_.push_back(listeners_.back()->address());
   }
}

void Server::stop_listening() {
   listeners_.clear();
}

void Server::close_all() {
   connections_.each([&](ConnectionId, Connection &connection) { drop(connection); });
}

void Server::drain(std::uint64_t until_ns) {
   stop_listening();
   std::vector<ConnectionId> all;
   connections_.each([&](ConnectionId id, const Connection &) { all.push_back(id); });
   drain_.emplace(std::move(all), settings_.guard.secret, clock_.monotonic_ns(), until_ns);
}

void Server::evict() {
   if (!drain_)
      return;
   for (const ConnectionId id : drain_->due(clock_.monotonic_ns()))
      pool_->evict(id);
   if (drain_->done())
      drain_.reset();
}

void Server::accepted(int descriptor, const NetAddress &address, std::uint8_t port) {
   if (connections_.size() >= settings_.connections_max) {
      ++counts_.refused_full;
      ::close(descriptor);
      return;
   }
   const ConnectionId id = numbers_.take();
   Connection &connection =
      connections_.emplace(id, static_cast<Attendant &>(*this), loop_, descriptor, id, port, address);
   try {
      connection.wake();
   } catch (const Error &) { // the system watches no more sockets
      ++counts_.refused_full;
      drop(connection);
      return;
   }
   counts_.peak = std::max<std::uint64_t>(counts_.peak, connections_.size());
   if (contains(settings_.proxies, address)) {
      connection.phase = Phase::proxy;
      limit_time(connection);
   } else {
      (void)admit(connection);
   }
}

bool Server::admit(Connection &connection) {
   const std::uint64_t now = clock_.monotonic_ns();
   const Guard::Admission admission = guard_.admit(connection.address, now, &connection.place);
   if (admission == Guard::Admission::welcome) {
      if (pool_->opened(connection.id, connection.port, now, guard_.trusts(connection.address),
                        origin_of(connection))) {
         connection.admitted = true;
         connection.phase = Phase::fresh;
         ++counts_.accepted;
         return true;
      }
      guard_.leave(connection.address, now);
      ++counts_.refused_full;
   } else if (admission == Guard::Admission::banned) {
      ++counts_.refused_banned;
   } else if (admission == Guard::Admission::too_many) {
      ++counts_.refused_too_many;
   } else if (admission == Guard::Admission::too_many_of_network) {
      ++counts_.refused_too_many_of_network;
   } else {
      ++counts_.refused_too_fast;
   }
   drop(connection);
   return false;
}

void Server::drop(Connection &connection) {
   const std::uint64_t now = clock_.monotonic_ns();
   const ConnectionId id = connection.id;
   const bool admitted = connection.admitted;
   if (admitted)
      guard_.leave(connection.address, now);
   connections_.erase(id);
   if (admitted)
      pool_->closed(id, now);
   numbers_.give_back(id);
}

void Server::ready(Connection &connection, std::uint32_t events) {
   // TLS may have waited to read before it could write.
   const bool may_write = (events & EPOLLOUT) || !connection.unsent.empty();
   if (may_write && connection.phase == Phase::open && !write(connection))
      return;
   if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR)) && connection.phase != Phase::handshake)
      return;
   if (connection.phase == Phase::proxy && !read_proxy(connection))
      return;
   if (connection.phase == Phase::fresh && !begin(connection))
      return;
   if (connection.phase == Phase::handshake && !shake_hands(connection))
      return;
   read(connection, (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0);
}

/// Byte for byte: what follows the header may be TLS, which reads the socket itself.
bool Server::read_proxy(Connection &connection) {
   ProxyParse parse = read_proxy_header(connection.half);
   while (parse.missing > 0) {
      const Transfer transfer = connection.receive(buffer_.data(), std::min(parse.missing, buffer_.size()));
      if (transfer.io == Io::over)
         drop(connection);
      if (transfer.io != Io::some)
         return false;
      connection.half.append(buffer_.data(), transfer.bytes);
      parse = read_proxy_header(connection.half);
   }
   common::release(connection.half);
   if (!parse.header) {
      ++counts_.bad_proxy_headers;
      connection.closing = true;
      connection.phase = Phase::open;
      say(connection, concat(parse.wrong, "\n"));
      return false;
   }
   if (parse.header->source)
      connection.address = *parse.header->source;
   return admit(connection);
}

/// What is TLS stays in the socket, for TLS to read.
bool Server::begin(Connection &connection) {
   char first = 0;
   const Io io = connection.peek(&first);
   if (io == Io::over)
      drop(connection);
   if (io != Io::some)
      return false;
   connection.phase = Phase::open;
   if (first == k_tls_first_byte && tls_) {
      connection.tls = tls_->accept(connection.descriptor());
      connection.ask_again();
      connection.phase = Phase::handshake;
      limit_time(connection);
   }
   return true;
}

bool Server::shake_hands(Connection &connection) {
   const Io io = connection.tls->handshake();
   switch (io) {
   case Io::some:
      connection.phase = Phase::open;
      ++counts_.tls_opened;
      return write(connection); // for what it waits now
   case Io::over:
      ++counts_.tls_failed;
      drop(connection);
      return false;
   case Io::wait_to_read:
   case Io::wait_to_write:
      connection.await(io == Io::wait_to_write);
      return false;
   }
   return false;
}

void Server::read(Connection &connection, bool ended) {
   // One read a turn: whoever sends without end takes its turns with the others.
   const Transfer transfer = connection.receive(buffer_.data(), buffer_.size());
   if (transfer.io == Io::some && (ended || transfer.bytes == buffer_.size()))
      connection.ask_again(); // more, or the end, may be behind it
   if (transfer.io == Io::over) {
      drop(connection);
      return;
   }
   // A miner of TLS that asks for new keys and does not read them: its bytes would wake the loop for ever.
   if (transfer.io == Io::wait_to_write) {
      ++counts_.dropped_unread;
      drop(connection);
      return;
   }
   // A record that has nothing for us, such as one that asks for new keys, costs as much as a request.
   if (transfer.io == Io::wait_to_read && connection.tls && !connection.closing)
      (void)allows(connection.id, Ask::other);
   if (transfer.io == Io::some && !connection.closing)
      take(connection, {buffer_.data(), transfer.bytes});
}

/// What the first bytes say. False: nothing more is read.
bool Server::open_with(Connection &connection, std::string_view bytes) {
   connection.heard = true;
   switch (opening_of(bytes)) {
   case Opening::lines:
      return true;
   case Opening::tls:
      pool_->refuse(connection.id, "this port does not speak TLS; use stratum+tcp://");
      return false;
   case Opening::proxy:
      ++counts_.bad_proxy_headers;
      pool_->refuse(connection.id, "your address may not send a PROXY header; the pool must list it in `proxies`");
      return false;
   case Opening::http:
      ++counts_.web_browsers;
      say(connection, http_answer());
      close_after_sending(connection.id);
      return false;
   }
   return false;
}

void Server::take(Connection &connection, std::string_view bytes) {
   if (!connection.heard && !open_with(connection, bytes))
      return;
   const std::uint64_t now = clock_.monotonic_ns();
   while (!bytes.empty() && !connection.closing) {
      const bool begins = connection.half.empty();
      CutLine cut;
      next_line(bytes, connection.half, cut);
      if (cut.cut == Cut::too_long) {
         pool_->refuse(connection.id, "the line is too long");
         return;
      }
      if (cut.cut == Cut::partial) {
         if (begins)
            limit_time(connection);
         return;
      }
      if (!cut.line.empty())
         pool_->line(connection.id, cut.line, now);
   }
}

void Server::say(Connection &connection, std::string_view text) {
   connection.unsent.append(text);
   if (!connection.dirty)
      dirty_.push_back(connection.id);
   connection.dirty = true;
}

void Server::send(ConnectionId id, std::string_view lines) {
   if (Connection *connection = connections_.find(id))
      say(*connection, lines);
}

void Server::close_after_sending(ConnectionId id) {
   Connection *found = connections_.find(id);
   if (!found)
      return;
   Connection &connection = *found;
   connection.closing = true;
   limit_time(connection);
   say(connection, {});
}

void Server::flush() {
   // By index: closing tells the pool, which may send to others.
   for (std::size_t i = 0; i < dirty_.size(); ++i) {
      Connection *connection = connections_.find(dirty_[i]);
      if (!connection)
         continue;
      connection->dirty = false;
      (void)write(*connection);
   }
   dirty_.clear();
}

bool Server::write(Connection &connection) {
   if (connection.phase == Phase::handshake && !connection.closing)
      return true; // later
   const Io io = connection.phase == Phase::handshake ? Io::some : connection.send();
   const bool unread = connection.unsent.size() > k_unsent_bytes_max;
   if (unread)
      ++counts_.dropped_unread;
   if (io == Io::over || unread || (io == Io::some && connection.closing)) {
      drop(connection);
      return false;
   }
   connection.await(io == Io::wait_to_write);
   return true;
}

bool Server::allows(ConnectionId id, Ask ask) {
   Connection *found = connections_.find(id);
   if (!found)
      return false;
   Connection &connection = *found;
   if (guard_.allows(connection.place, ask, clock_.monotonic_ns())) {
      if (connection.refusals > 0)
         --connection.refusals;
      return true;
   }
   ++counts_.requests_refused;
   if (++connection.refusals == k_refusals_max) {
      ++counts_.dropped_flooding;
      strike(connection.address);
      close_after_sending(id);
   }
   return false;
}

std::size_t Server::ban(const NetAddress &address, std::uint64_t until_ns) {
   guard_.ban(address, until_ns);
   std::size_t closed = 0;
   connections_.each([&](ConnectionId id, const Connection &connection) {
      if (connection.address.holder() == address.holder() && !connection.closing) {
         close_after_sending(id);
         ++closed;
      }
   });
   return closed;
}

void Server::struck(ConnectionId id) {
   if (const Connection *connection = connections_.find(id))
      strike(connection->address);
}

void Server::strike(const NetAddress &address) {
   if (!guard_.strike(address, clock_.monotonic_ns()))
      return;
   ++counts_.bans;
   log_.warn(address.text(), " is shut out for ", settings_.guard.ban_ns / 1'000'000'000, " s: too many faults");
}

void Server::limit_time(Connection &connection) {
   connection.since_ns = clock_.monotonic_ns();
   if (!connection.timed)
      timed_.push_back(connection.id);
   connection.timed = true;
}

bool Server::late(const Connection &connection, std::uint64_t now_ns) const {
   const std::uint64_t since = now_ns - connection.since_ns;
   return since >= (connection.closing ? k_closing_ns : settings_.line_timeout_ns);
}

void Server::tick() {
   for (const auto &listener : listeners_)
      listener->tick();
   const std::uint64_t now = clock_.monotonic_ns();
   guard_.tick(now);
   std::vector<ConnectionId> overdue;
   std::erase_if(timed_, [&](ConnectionId id) {
      Connection *found = connections_.find(id);
      if (!found)
         return true;
      Connection &one = *found;
      const bool unfinished =
         one.closing || one.phase == Phase::proxy || one.phase == Phase::handshake || !one.half.empty();
      if (unfinished && late(one, now))
         overdue.push_back(id);
      one.timed = unfinished;
      return !unfinished;
   });
   for (const ConnectionId id : overdue) {
      Connection *one = connections_.find(id);
      if (!one) // its number is in the list twice: another connection had it before
         continue;
      if (!one->closing) {
         ++counts_.dropped_slow;
         strike(one->address);
      }
      drop(*one);
   }
   if (++ticks_ % k_certificate_ticks == 0)
      refresh_certificate();
}

void Server::refresh_certificate() {
   try {
      if (tls_ && tls_->refresh())
         log_.info("a new certificate is shown from now on, SHA-256 ", tls_->fingerprint());
   } catch (const Error &error) {
      log_.warn("the certificate in use is shown on: ", error.what());
   }
}

} // namespace nebula::pool
