#include "certificate.h"

#include "openssl_error.h"

#include "common/hex.h"

#include <nebula/error.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nebula::pool {
namespace {

constexpr long k_valid_s = 20L * 365 * 24 * 3'600; // miners pin it: it is not replaced
constexpr std::uint64_t k_serial = 1;

template <auto Free>
struct Freed {
   template <class T>
   void operator()(T *p) const {
      Free(p);
   }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using File = std::unique_ptr<FILE, Freed<std::fclose>>;

Certificate sign(EVP_PKEY *key) {
   Certificate out(X509_new());
   const auto *name = reinterpret_cast<const unsigned char *>("nebula pool");
   X509_NAME *subject = out ? X509_get_subject_name(out.get()) : nullptr;
   if (!out || X509_set_version(out.get(), X509_VERSION_3) != 1 ||
       ASN1_INTEGER_set_uint64(X509_get_serialNumber(out.get()), k_serial) != 1 ||
       !X509_gmtime_adj(X509_getm_notBefore(out.get()), 0) ||
       !X509_gmtime_adj(X509_getm_notAfter(out.get()), k_valid_s) || X509_set_pubkey(out.get(), key) != 1 ||
       X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, name, -1, -1, 0) != 1 ||
       X509_set_issuer_name(out.get(), subject) != 1 || X509_sign(out.get(), key, EVP_sha256()) == 0)
      throw Error(NEB_E_FAIL, "no certificate could be made: ", openssl_error());
   return out;
}

/// Whole or not at all, and readable by this user alone.
template <class Write>
void write_file(const std::string &path, Write write) {
   const std::string fresh = path + ".new";
   const int descriptor = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
   File file(descriptor < 0 ? nullptr : fdopen(descriptor, "w"));
   if (!file || !write(file.get()) || std::fflush(file.get()) != 0 || fsync(descriptor) != 0 ||
       std::rename(fresh.c_str(), path.c_str()) != 0)
      throw Error(NEB_E_IO, "cannot write ", path, ": ", std::strerror(errno));
}

} // namespace

CertificateFiles own_certificate(const std::string &folder) {
   CertificateFiles files{folder + "/tls-certificate.pem", folder + "/tls-key.pem"};
   if (access(files.certificate.c_str(), F_OK) == 0)
      return files;
   const Key key(EVP_EC_gen("P-256"));
   if (!key)
      throw Error(NEB_E_FAIL, "no key could be made: ", openssl_error());
   const Certificate certificate = sign(key.get());
   // The certificate last: it is there only with its key.
   write_file(files.key, [&](FILE *file) {
      return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1;
   });
   write_file(files.certificate, [&](FILE *file) { return PEM_write_X509(file, certificate.get()) == 1; });
   return files;
}

std::string fingerprint_of(const SSL_CTX *context) {
   const X509 *certificate = SSL_CTX_get0_certificate(context);
   unsigned char digest[EVP_MAX_MD_SIZE];
   unsigned int size = 0;
   if (!certificate || X509_digest(certificate, EVP_sha256(), digest, &size) != 1)
      return {};
   return common::to_hex({digest, size});
}

} // namespace nebula::pool
