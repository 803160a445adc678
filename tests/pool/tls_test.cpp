/// What a miner may do with TLS itself.

#include "shell/tls.h"

#include <gtest/gtest.h>

#include <openssl/ssl.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>

#include <sys/socket.h>
#include <unistd.h>

namespace nebula::pool {
namespace {

/// A client and the pool's side of it, over a pair of sockets that never block.
class Tls : public testing::Test {
protected:
   Tls() {
      folder_ = testing::TempDir() + "nebula-tls-XXXXXX";
      EXPECT_NE(mkdtemp(folder_.data()), nullptr);
      EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_.data()), 0);
      pool_context_ = std::make_unique<TlsContext>(own_certificate(folder_));
      pool_ = pool_context_->accept(ends_[0]);
      client_context_.reset(SSL_CTX_new(TLS_client_method()));
      client_.reset(SSL_new(client_context_.get()));
      SSL_set_fd(client_.get(), ends_[1]);
      SSL_set_connect_state(client_.get());
      Io io = Io::wait_to_read;
      for (int i = 0; i < 10 && io != Io::some; ++i) {
         (void)SSL_do_handshake(client_.get());
         io = pool_->handshake();
      }
      EXPECT_EQ(io, Io::some);
      EXPECT_EQ(SSL_version(client_.get()), TLS1_3_VERSION);
   }
   ~Tls() override {
      pool_.reset();
      client_.reset();
      for (const int end : ends_)
         close(end);
      std::filesystem::remove_all(folder_);
   }

   struct Free {
      void operator()(SSL *ssl) const { SSL_free(ssl); }
      void operator()(SSL_CTX *context) const { SSL_CTX_free(context); }
   };
   std::string folder_;
   std::array<int, 2> ends_{};
   std::unique_ptr<TlsContext> pool_context_;
   std::unique_ptr<TlsStream> pool_;
   std::unique_ptr<SSL_CTX, Free> client_context_;
   std::unique_ptr<SSL, Free> client_;
};

TEST_F(Tls, one_read_takes_one_record_also_when_it_only_asks_for_new_keys) {
   constexpr int k_requests = 20;
   for (int i = 0; i < k_requests; ++i) {
      ASSERT_EQ(SSL_key_update(client_.get(), SSL_KEY_UPDATE_REQUESTED), 1);
      ASSERT_EQ(SSL_do_handshake(client_.get()), 1);
   }
   ASSERT_EQ(SSL_write(client_.get(), "line\n", 5), 5);
   std::array<char, 16'384> buffer{};
   int empty = 0;
   Transfer transfer = pool_->read(buffer.data(), buffer.size());
   for (; transfer.io == Io::wait_to_read && empty < 10 * k_requests; ++empty)
      transfer = pool_->read(buffer.data(), buffer.size());
   EXPECT_GE(empty, k_requests);
   EXPECT_EQ(std::string(buffer.data(), transfer.bytes), "line\n");
}

} // namespace
} // namespace nebula::pool
