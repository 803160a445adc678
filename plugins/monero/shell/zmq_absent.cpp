#include "shell/zmq_listener.h"

namespace nebula::monero {

bool ZmqListener::available() {
   return false;
}

std::unique_ptr<ZmqListener> ZmqListener::open(boost::asio::io_context &, const std::string &, std::function<void()>,
                                               std::string &error) {
   error = "this build has no ZeroMQ";
   return nullptr;
}

} // namespace nebula::monero
