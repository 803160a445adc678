#include "host/ctl/server.h"

#include "host/ctl/socket_address.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace nebula::host::ctl {

namespace {

struct Connection {
   int fd = -1;
   std::string in;
   std::string out;
   std::size_t unanswered = 0;
   bool closing = false; // the peer has sent all it will, and still waits for its answers

   [[nodiscard]] bool over() const { return closing && unanswered == 0 && out.empty(); }
};

[[nodiscard]] std::string reason() {
   return std::strerror(errno);
}

} // namespace

class Server::Loop : public std::enable_shared_from_this<Loop> {
public:
   Loop(std::string path, Handler handler) : path_(std::move(path)), handler_(std::move(handler)) {}

   ~Loop() {
      for (auto &[key, connection] : connections_) {
         ::close(connection.fd);
      }
      if (listener_ >= 0) {
         ::close(listener_);
         ::unlink(path_.c_str());
      }
      if (wake_ >= 0) {
         ::close(wake_);
      }
   }

   [[nodiscard]] Result<void> open() {
      auto address = SocketAddress::of(path_);
      if (!address) {
         return address.error();
      }
      wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
      listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
      if (listener_ < 0 || wake_ < 0) {
         return Error{"no control socket: " + reason(), ErrorKind::io};
      }
      ::unlink(path_.c_str());
      const auto before = ::umask(0177); // the socket is born 0600
      const int bound = ::bind(listener_, address->get(), address->size());
      ::umask(before);
      if (bound != 0 || ::listen(listener_, 16) != 0) {
         return Error{path_ + ": cannot open the control socket: " + reason(), ErrorKind::io};
      }
      return {};
   }

   void run() {
      thread_ = std::thread([this] { serve(); });
   }

   void stop() {
      stopping_.store(true);
      wake();
      if (thread_.joinable()) {
         thread_.join();
      }
      // The last answers ("stopped") are short: they fit into the sockets' buffers.
      const std::lock_guard lock(mutex_);
      for (auto &[key, connection] : connections_) {
         [[maybe_unused]] const bool flushed = flush(connection);
      }
   }

private:
   void serve() {
      while (!stopping_.load()) {
         std::vector<pollfd> polled{{wake_, POLLIN, 0}, {listener_, POLLIN, 0}};
         std::vector<std::uint64_t> keys;
         {
            const std::lock_guard lock(mutex_);
            for (auto &[key, connection] : connections_) {
               const auto events = (connection.closing ? 0 : POLLIN) | (connection.out.empty() ? 0 : POLLOUT);
               // A negative descriptor is skipped: a closed peer would else be reported without end until its answer is
               // there.
               const int fd = events == 0 ? -1 : connection.fd;
               polled.push_back({fd, static_cast<short>(events), 0});
               keys.push_back(key);
            }
         }
         if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) {
            return;
         }
         std::uint64_t count = 0;
         [[maybe_unused]] const auto drained = ::read(wake_, &count, sizeof count);
         if (polled[1].revents & POLLIN) {
            accept_one();
         }
         for (std::size_t i = 0; i < keys.size(); ++i) {
            if (polled[i + 2].revents != 0) {
               attend(keys[i], polled[i + 2].revents);
            }
         }
      }
   }

   void accept_one() {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (fd < 0) {
         return;
      }
      const std::lock_guard lock(mutex_);
      if (connections_.size() >= k_connections_max) {
         ::close(fd);
         return;
      }
      connections_[++last_key_].fd = fd;
   }

   // Reads what came, answers what is whole, writes what waits.
   void attend(std::uint64_t key, short events) {
      std::vector<std::string> lines;
      {
         const std::lock_guard lock(mutex_);
         auto &connection = connections_[key];
         if ((events & POLLERR) != 0 || ((events & (POLLIN | POLLHUP)) != 0 && !read_some(connection))) {
            drop(key);
            return;
         }
         std::size_t end = 0;
         while ((end = connection.in.find('\n')) != std::string::npos) {
            lines.push_back(connection.in.substr(0, end));
            connection.in.erase(0, end + 1);
            ++connection.unanswered;
         }
         if (!flush(connection) || connection.over()) {
            drop(key);
            return;
         }
      }
      for (const auto &line : lines) {
         dispatch(key, line);
      }
   }

   // With the mutex held.
   void drop(std::uint64_t key) {
      const auto found = connections_.find(key);
      ::close(found->second.fd);
      connections_.erase(found);
   }

   // False when the connection failed.
   [[nodiscard]] static bool read_some(Connection &connection) {
      char buffer[16384];
      for (;;) {
         const auto got = ::read(connection.fd, buffer, sizeof buffer);
         if (got > 0) {
            connection.in.append(buffer, static_cast<std::size_t>(got));
            if (connection.in.size() > k_line_bytes_max) {
               return false;
            }
            continue;
         }
         if (got == 0) {
            connection.closing = true;
            return true;
         }
         return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
      }
   }

   [[nodiscard]] static bool flush(Connection &connection) {
      while (!connection.out.empty()) {
         const auto sent = ::send(connection.fd, connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
         if (sent < 0) {
            return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
         }
         connection.out.erase(0, static_cast<std::size_t>(sent));
      }
      return true;
   }

   void dispatch(std::uint64_t key, const std::string &line) {
      auto request = parse_request(line);
      if (!request) {
         send(key, answer_line(0, request.error()));
         return;
      }
      const auto id = request->id;
      handler_(std::move(*request), [weak = weak_from_this(), key, id](const Result<boost::json::value> &answer) {
         if (auto self = weak.lock()) {
            self->send(key, answer_line(id, answer));
         }
      });
   }

   void send(std::uint64_t key, const std::string &line) {
      {
         const std::lock_guard lock(mutex_);
         const auto found = connections_.find(key);
         if (found == connections_.end()) {
            return;
         }
         found->second.out += line;
         --found->second.unanswered;
      }
      wake();
   }

   void wake() const {
      const std::uint64_t one = 1;
      [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
   }

   std::string path_;
   Handler handler_;
   int listener_ = -1;
   int wake_ = -1;
   std::atomic<bool> stopping_{false};
   std::thread thread_;
   std::mutex mutex_; // connections_: answers come from other threads
   std::map<std::uint64_t, Connection> connections_;
   std::uint64_t last_key_ = 0;
};

Result<std::unique_ptr<Server>> Server::start(std::string path, Handler handler) {
   auto loop = std::make_shared<Loop>(std::move(path), std::move(handler));
   if (auto opened = loop->open(); !opened) {
      return opened.error();
   }
   loop->run();
   return std::unique_ptr<Server>(new Server(std::move(loop)));
}

Server::Server(std::shared_ptr<Loop> loop) : loop_(std::move(loop)) {}
Server::~Server() {
   loop_->stop();
}

std::string socket_path(const std::string &data_dir) {
   return data_dir + "/nebula.sock";
}

} // namespace nebula::host::ctl
