#pragma once

/// The pool's certificate and key: the operator's, or a pair of its own.

#include <string>

typedef struct ssl_ctx_st SSL_CTX;

namespace nebula::pool {

struct CertificateFiles {
   std::string certificate, key; ///< PEM; a chain begins with the pool's own
};

/// Those of `folder`, made when there are none. They last: a miner that pins the fingerprint must meet it again. Throws
/// when the folder cannot be written.
[[nodiscard]] CertificateFiles own_certificate(const std::string &folder);

/// Of the certificate that `context` shows: SHA-256 of its DER in lower-case hex, as XMRig's `tls-fingerprint` wants
/// it.
[[nodiscard]] std::string fingerprint_of(const SSL_CTX *context);

} // namespace nebula::pool
