#include "tls.h"

#include "openssl_error.h"

#include <nebula/error.hpp>

#include <openssl/ssl.h>

#include <sys/stat.h>

namespace nebula::pool {

void TlsStream::Free::operator()(SSL *ssl) const {
   SSL_free(ssl);
}

void TlsContext::Free::operator()(SSL_CTX *context) const {
   SSL_CTX_free(context);
}

TlsStream::TlsStream(SSL_CTX *context, int descriptor) : ssl_(SSL_new(context)) {
   if (!ssl_ || SSL_set_fd(ssl_.get(), descriptor) != 1)
      throw Error(NEB_E_NO_MEMORY, "no memory for a TLS connection");
   SSL_set_accept_state(ssl_.get());
}

Io TlsStream::outcome(int result) {
   switch (SSL_get_error(ssl_.get(), result)) {
   case SSL_ERROR_NONE:
      return Io::some;
   case SSL_ERROR_WANT_READ:
      return Io::wait_to_read;
   case SSL_ERROR_WANT_WRITE:
      return Io::wait_to_write;
   default:
      ERR_clear_error(); // what a peer does wrong is counted, not explained
      return Io::over;
   }
}

Io TlsStream::handshake() {
   return outcome(SSL_do_handshake(ssl_.get()));
}

Transfer TlsStream::read(char *to, std::size_t size) {
   std::size_t got = 0;
   const Io io = outcome(SSL_read_ex(ssl_.get(), to, size, &got));
   return {io, got};
}

Transfer TlsStream::write(const char *from, std::size_t size) {
   std::size_t sent = 0;
   const Io io = outcome(SSL_write_ex(ssl_.get(), from, size, &sent));
   return {io, sent};
}

void TlsStream::close() {
   if (SSL_is_init_finished(ssl_.get()))
      (void)SSL_shutdown(ssl_.get());
   ERR_clear_error();
}

TlsContext::TlsContext(CertificateFiles files)
   : files_(std::move(files)), context_(load(files_)), loaded_(changed_at()) {}

TlsContext::Context TlsContext::load(const CertificateFiles &files) {
   Context context(SSL_CTX_new(TLS_server_method()));
   SSL_CTX *raw = context.get();
   if (!raw)
      throw Error(NEB_E_NO_MEMORY, "no memory for TLS");
   SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
   // An idle connection keeps no buffers, and sessions are kept by miners (tickets), not here.
   SSL_CTX_set_mode(raw,
                    SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
   // Else one read goes on for as long as a client sends records without a byte for us, such as requests for new keys.
   SSL_CTX_clear_mode(raw, SSL_MODE_AUTO_RETRY);
   SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
   SSL_CTX_set_num_tickets(raw, 1);
   SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF |
                               SSL_OP_CIPHER_SERVER_PREFERENCE);
   if (SSL_CTX_use_certificate_chain_file(raw, files.certificate.c_str()) != 1)
      throw Error(NEB_E_CONFIG, "tls.certificate: ", files.certificate, " is no certificate in PEM: ", openssl_error());
   if (SSL_CTX_use_PrivateKey_file(raw, files.key.c_str(), SSL_FILETYPE_PEM) != 1)
      throw Error(NEB_E_CONFIG, "tls.key: ", files.key, " is no key in PEM of the certificate ", files.certificate,
                  ": ", openssl_error());
   return context;
}

timespec TlsContext::changed_at() const {
   struct stat now {};
   return stat(files_.certificate.c_str(), &now) == 0 ? now.st_mtim : timespec{};
}

std::unique_ptr<TlsStream> TlsContext::accept(int descriptor) const {
   return std::make_unique<TlsStream>(context_.get(), descriptor);
}

bool TlsContext::refresh() {
   const timespec now = changed_at();
   if (now.tv_sec == loaded_.tv_sec && now.tv_nsec == loaded_.tv_nsec)
      return false;
   loaded_ = now; // a bad pair is complained of once
   context_ = load(files_);
   return true;
}

} // namespace nebula::pool
