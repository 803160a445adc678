#include "daemon_double.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <stdexcept>

namespace nebula::monero::test {

namespace {

std::optional<std::string> header_of(const std::string &head, const std::string &name) {
   const std::size_t at = head.find("\r\n" + name + ": ");
   if (at == std::string::npos)
      return std::nullopt;
   const std::size_t begin = at + name.size() + 4;
   return head.substr(begin, head.find("\r\n", begin) - begin);
}

// Reads one request; nothing when the peer closed.
std::optional<DoubleRequest> read_request(int socket, std::string &buffer) {
   const auto more = [&] {
      char data[4096];
      const ssize_t size = ::recv(socket, data, sizeof data, 0);
      if (size > 0)
         buffer.append(data, static_cast<std::size_t>(size));
      return size > 0;
   };
   std::size_t head_end;
   while ((head_end = buffer.find("\r\n\r\n")) == std::string::npos)
      if (!more())
         return std::nullopt;
   const std::string head = buffer.substr(0, head_end + 2);
   const std::size_t length = std::stoul(header_of(head, "Content-Length").value());
   while (buffer.size() < head_end + 4 + length)
      if (!more())
         return std::nullopt;
   DoubleRequest request;
   const std::size_t path = head.find(' ') + 1;
   request.path = head.substr(path, head.find(' ', path) - path);
   request.authorization = header_of(head, "Authorization").value_or("");
   request.body = buffer.substr(head_end + 4, length);
   buffer.erase(0, head_end + 4 + length);
   return request;
}

} // namespace

DaemonDouble::DaemonDouble(Script script) : script_(std::move(script)) {
   listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
   sockaddr_in address{};
   address.sin_family = AF_INET;
   address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
   socklen_t size = sizeof address;
   if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr *>(&address), size) != 0 ||
       ::listen(listener_, 16) != 0 || ::getsockname(listener_, reinterpret_cast<sockaddr *>(&address), &size) != 0)
      throw std::runtime_error("the daemon double cannot listen on loopback");
   port_ = ntohs(address.sin_port);
   acceptor_ = std::thread([this] { accept_all(); });
}

DaemonDouble::~DaemonDouble() {
   ending_ = true;
   ::shutdown(listener_, SHUT_RDWR);
   acceptor_.join();
   {
      const std::lock_guard lock(threads_mutex_);
      for (const int socket : sockets_)
         ::shutdown(socket, SHUT_RDWR);
   }
   for (std::thread &thread : threads_)
      thread.join();
   for (const int socket : sockets_)
      ::close(socket);
   ::close(listener_);
}

void DaemonDouble::accept_all() {
   while (!ending_) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0)
         return;
      const std::lock_guard lock(threads_mutex_);
      sockets_.push_back(socket);
      threads_.emplace_back([this, socket, number = ++connections_] { serve(socket, number); });
   }
}

void DaemonDouble::serve(int socket, int number) {
   std::string buffer;
   while (auto request = read_request(socket, buffer)) {
      request->connection = number;
      DoubleAnswer answer;
      {
         const std::lock_guard lock(script_mutex_);
         answer = script_(*request);
      }
      while (answer.hang && !ending_)
         std::this_thread::sleep_for(std::chrono::milliseconds(5));
      if (answer.silent || answer.hang)
         break;
      const std::string text = "HTTP/1.1 " + std::to_string(answer.status) +
                               " X\r\nContent-Length: " + std::to_string(answer.body.size()) + "\r\n" + answer.headers +
                               "\r\n" + answer.body;
      if (::send(socket, text.data(), text.size(), MSG_NOSIGNAL) < 0 || answer.close)
         break;
   }
   ::shutdown(socket, SHUT_RDWR);
}

} // namespace nebula::monero::test
