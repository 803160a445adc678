#include "tcp_open.h"
#include "transport.h"

#include <nebula/error.hpp>

#include <boost/asio/write.hpp>

#include <sys/socket.h>

namespace nebula::common {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

class TcpTransport final : public Transport, public std::enable_shared_from_this<TcpTransport> {
public:
   explicit TcpTransport(asio::io_context &io) : resolver_(io), socket_(io) {}
   TcpTransport(asio::io_context &io, const asio::ip::tcp &protocol, int descriptor)
      : resolver_(io), socket_(io, protocol, descriptor) {}

   void open(const HostPort &peer, Done done) override {
      tcp_open(shared_from_this(), resolver_, socket_, peer, std::move(done));
   }

   void write(std::string data, Done done) override {
      auto owned = std::make_shared<std::string>(std::move(data));
      asio::async_write(socket_, asio::buffer(*owned),
                        [self = shared_from_this(), owned, done = std::move(done)](
                           const error_code &code, std::size_t) { done(code ? code.message() : std::string{}); });
   }

   void read(Received received) override {
      socket_.async_read_some(asio::buffer(buffer_), [self = shared_from_this(), received = std::move(received)](
                                                        const error_code &code, std::size_t size) {
         if (code && code != asio::error::eof)
            received(code.message(), {});
         else
            received({}, {self->buffer_.data(), size});
      });
   }

   void close() override {
      error_code ignored;
      resolver_.cancel();
      (void)socket_.close(ignored);
   }

   void end_read() override {
      error_code ignored;
      (void)socket_.cancel(ignored);
   }

   int release() override {
      error_code failed;
      const int descriptor = socket_.release(failed);
      return failed ? -1 : descriptor;
   }

private:
   asio::ip::tcp::resolver resolver_;
   asio::ip::tcp::socket socket_;
   std::array<char, 16384> buffer_;
};

} // namespace

std::shared_ptr<Transport> make_tcp_transport(asio::io_context &io) {
   return std::make_shared<TcpTransport>(io);
}

std::shared_ptr<Transport> adopt_tcp_transport(asio::io_context &io, int descriptor) {
   int family = 0;
   socklen_t size = sizeof family;
   if (getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &family, &size) != 0 || (family != AF_INET && family != AF_INET6))
      throw Error(NEB_E_INVALID, "what should be a TCP connection is none");
   return std::make_shared<TcpTransport>(io, family == AF_INET ? asio::ip::tcp::v4() : asio::ip::tcp::v6(), descriptor);
}

} // namespace nebula::common
