#include "shell/zmq_listener.h"

#include "core/wake_message.h"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <zmq.h>

#include <cstdint>

namespace nebula::monero {

namespace {

constexpr std::int64_t k_message_bytes_max = 16 << 20; // miner_data lists the whole transaction pool
constexpr int k_messages_waiting_max = 64;             // they are only hints: older ones may be dropped

class Listener final : public ZmqListener {
public:
   Listener(boost::asio::io_context &io, std::function<void()> woken)
      : context_(zmq_ctx_new()), socket_(zmq_socket(context_, ZMQ_SUB)), ready_(io), woken_(std::move(woken)) {}

   ~Listener() override {
      *alive_ = false;
      if (ready_.is_open())
         (void)ready_.release(); // the descriptor is ZeroMQ's to close
      zmq_close(socket_);
      zmq_ctx_term(context_);
   }

   // Empty: listening.
   std::string listen(const std::string &address) {
      const int none = 0;
      (void)zmq_setsockopt(socket_, ZMQ_LINGER, &none, sizeof none);
      (void)zmq_setsockopt(socket_, ZMQ_RCVHWM, &k_messages_waiting_max, sizeof k_messages_waiting_max);
      (void)zmq_setsockopt(socket_, ZMQ_MAXMSGSIZE, &k_message_bytes_max, sizeof k_message_bytes_max);
      for (const std::string_view topic : k_wake_topics)
         (void)zmq_setsockopt(socket_, ZMQ_SUBSCRIBE, topic.data(), topic.size());
      if (zmq_connect(socket_, address.c_str()) != 0)
         return zmq_strerror(zmq_errno());
      int descriptor = -1;
      std::size_t size = sizeof descriptor;
      if (zmq_getsockopt(socket_, ZMQ_FD, &descriptor, &size) != 0)
         return zmq_strerror(zmq_errno());
      ready_.assign(descriptor);
      wait();
      return {};
   }

private:
   void wait() {
      ready_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                        [this, alive = alive_](const boost::system::error_code &code) {
                           if (code || !*alive)
                              return;
                           if (drain())
                              woken_();
                           if (*alive)
                              wait();
                        });
   }

   // The descriptor tells of changes only, so everything there is must be taken each time.
   bool drain() {
      bool woken = false;
      while (true) {
         zmq_msg_t message;
         zmq_msg_init(&message);
         const bool got = zmq_msg_recv(&message, socket_, ZMQ_DONTWAIT) >= 0;
         if (got)
            woken |= is_wake_message({static_cast<const char *>(zmq_msg_data(&message)), zmq_msg_size(&message)});
         zmq_msg_close(&message);
         if (!got)
            return woken;
      }
   }

   void *context_;
   void *socket_;
   boost::asio::posix::stream_descriptor ready_;
   std::function<void()> woken_;
   std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace

bool ZmqListener::available() {
   return true;
}

std::unique_ptr<ZmqListener> ZmqListener::open(boost::asio::io_context &io, const std::string &address,
                                               std::function<void()> woken, std::string &error) {
   auto listener = std::make_unique<Listener>(io, std::move(woken));
   error = listener->listen(address);
   if (!error.empty())
      return nullptr;
   return listener;
}

} // namespace nebula::monero
