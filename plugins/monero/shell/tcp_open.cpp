#include "shell/tcp_open.h"

#include <array>

namespace nebula::monero {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

template <class Endpoints>
void connect(std::shared_ptr<void> owner, tcp::socket &socket, const Endpoints &endpoints,
             std::function<void(std::string)> done) {
   boost::asio::async_connect(
      socket, endpoints,
      [owner = std::move(owner), &socket, done = std::move(done)](const error_code &code, const tcp::endpoint &) {
         error_code ignored; // without it answers come a little later
         if (!code)
            (void)socket.set_option(tcp::no_delay(true), ignored);
         done(code ? code.message() : std::string{});
      });
}

} // namespace

void tcp_open(std::shared_ptr<void> owner, tcp::resolver &resolver, tcp::socket &socket, const DaemonUrl &url,
              std::function<void(std::string)> done) {
   error_code not_an_address;
   const auto address = boost::asio::ip::make_address(url.host, not_an_address);
   if (!not_an_address) {
      connect(std::move(owner), socket, std::array{tcp::endpoint(address, url.port)}, std::move(done));
      return;
   }
   resolver.async_resolve(url.host, std::to_string(url.port),
                          [owner = std::move(owner), &socket, done = std::move(done)](
                             const error_code &code, const tcp::resolver::results_type &endpoints) {
                             if (code)
                                done("its name cannot be resolved: " + code.message());
                             else
                                connect(owner, socket, endpoints, done);
                          });
}

} // namespace nebula::monero
