#include "tcp_open.h"
#include "transport.h"

#include "common/hex.h"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <algorithm>

namespace nebula::common {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

Fingerprint certificate_fingerprint(X509 *certificate) {
   Fingerprint hash{};
   unsigned length = 0;
   if (certificate == nullptr || X509_digest(certificate, EVP_sha256(), hash.data(), &length) != 1)
      return Fingerprint{};
   return hash;
}

class TlsTransport final : public Transport, public std::enable_shared_from_this<TlsTransport> {
public:
   TlsTransport(asio::io_context &io, const TlsPolicy &policy)
      : policy_(policy), context_(asio::ssl::context::tls_client), resolver_(io) {
      context_.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
      error_code ignored; // without the system's authorities every certificate but a pinned one is refused
      (void)context_.set_default_verify_paths(ignored);
      stream_.emplace(io, context_);
   }

   void open(const HostPort &peer, Done done) override {
      host_ = peer.host;
      tcp_open(shared_from_this(), resolver_, stream_->next_layer(), peer,
               [self = shared_from_this(), done = std::move(done)](const std::string &error) mutable {
                  if (error.empty())
                     self->handshake(std::move(done));
                  else
                     done(error);
               });
   }

   void write(std::string data, Done done) override {
      auto owned = std::make_shared<std::string>(std::move(data));
      asio::async_write(*stream_, asio::buffer(*owned),
                        [self = shared_from_this(), owned, done = std::move(done)](
                           const error_code &code, std::size_t) { done(code ? code.message() : std::string{}); });
   }

   void read(Received received) override {
      stream_->async_read_some(asio::buffer(buffer_), [self = shared_from_this(), received = std::move(received)](
                                                         const error_code &code, std::size_t size) {
         const bool end = code == asio::error::eof || code == asio::ssl::error::stream_truncated;
         if (code && !end)
            received(code.message(), {});
         else
            received({}, {self->buffer_.data(), size});
      });
   }

   void close() override {
      error_code ignored;
      resolver_.cancel();
      (void)stream_->next_layer().close(ignored);
   }

private:
   // A pinned certificate needs no authority, which is how self-made ones are used. Without a pin the chain and
   // the host name must hold.
   void handshake(Done done) {
      SSL *ssl = stream_->native_handle();
      error_code ignored;
      const bool address = !asio::ip::make_address(host_, ignored).is_unspecified() && !ignored;
      if (!address)
         (void)SSL_set_tlsext_host_name(ssl, host_.c_str());
      if (policy_.fingerprint) {
         (void)stream_->set_verify_mode(asio::ssl::verify_none, ignored);
      } else {
         (void)stream_->set_verify_mode(asio::ssl::verify_peer, ignored);
         X509_VERIFY_PARAM *parameters = SSL_get0_param(ssl);
         if (address)
            X509_VERIFY_PARAM_set1_ip_asc(parameters, host_.c_str());
         else
            X509_VERIFY_PARAM_set1_host(parameters, host_.c_str(), host_.size());
      }
      stream_->async_handshake(asio::ssl::stream_base::client, [self = shared_from_this(), done = std::move(done)](
                                                                  const error_code &code) { done(self->judge(code)); });
   }

   [[nodiscard]] std::string judge(const error_code &code) const {
      SSL *ssl = const_cast<asio::ssl::stream<asio::ip::tcp::socket> &>(*stream_).native_handle();
      if (const long verified = SSL_get_verify_result(ssl); code && verified != X509_V_OK)
         return std::string("its certificate is not trusted (") + X509_verify_cert_error_string(verified) +
                "); pin a self-made one with " + policy_.option;
      if (code)
         return "TLS failed: " + code.message();
      if (!policy_.fingerprint)
         return {};
      X509 *certificate = SSL_get1_peer_certificate(ssl);
      const Fingerprint seen = certificate_fingerprint(certificate);
      X509_free(certificate);
      if (seen == *policy_.fingerprint)
         return {};
      return "its certificate has the fingerprint " + to_hex(seen) + ", not the one that `" + policy_.option + "` pins";
   }

   TlsPolicy policy_;
   std::string host_;
   asio::ssl::context context_;
   asio::ip::tcp::resolver resolver_;
   std::optional<asio::ssl::stream<asio::ip::tcp::socket>> stream_;
   std::array<char, 16384> buffer_;
};

} // namespace

std::shared_ptr<Transport> make_tls_transport(asio::io_context &io, const TlsPolicy &policy) {
   return std::make_shared<TlsTransport>(io, policy);
}

} // namespace nebula::common
