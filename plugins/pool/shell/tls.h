#pragma once

/// TLS directly on a connection's socket: 14 kB for one that is idle, where a buffered stream keeps 84 kB.

#include "certificate.h"

#include <cstddef>
#include <cstdint>
#include <memory>

#include <sys/types.h>
#include <time.h>

typedef struct ssl_st SSL;

namespace nebula::pool {

/// What a read or a write came to.
enum class Io : std::uint8_t {
   some,
   wait_to_read,
   wait_to_write,
   over ///< closed by the peer, or broken
};
struct Transfer {
   Io io = Io::over;
   std::size_t bytes = 0;
};

class TlsStream {
public:
   TlsStream(SSL_CTX *context, int descriptor);

   /// `some`: it is done.
   [[nodiscard]] Io handshake();
   [[nodiscard]] Transfer read(char *to, std::size_t size);
   [[nodiscard]] Transfer write(const char *from, std::size_t size);
   /// Says goodbye; does not wait for the answer.
   void close();

private:
   struct Free {
      void operator()(SSL *ssl) const;
   };
   [[nodiscard]] Io outcome(int result);

   std::unique_ptr<SSL, Free> ssl_;
};

/// The certificate and how TLS is spoken; connections share it.
class TlsContext {
public:
   /// Throws with the file and what is wrong with it.
   explicit TlsContext(CertificateFiles files);

   [[nodiscard]] std::unique_ptr<TlsStream> accept(int descriptor) const;
   [[nodiscard]] std::string fingerprint() const { return fingerprint_of(context_.get()); }

   /// Reads the files again when they were replaced (a renewed certificate). True: they were, and new connections get
   /// them. Throws as the constructor does, and goes on with the old ones.
   bool refresh();

private:
   struct Free {
      void operator()(SSL_CTX *context) const;
   };
   using Context = std::unique_ptr<SSL_CTX, Free>;
   [[nodiscard]] static Context load(const CertificateFiles &files);
   [[nodiscard]] timespec changed_at() const;

   CertificateFiles files_;
   Context context_;
   timespec loaded_{}; // when the certificate's file had last been written
};

} // namespace nebula::pool
