#include "common/sha3.h"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace nebula::common {
namespace {

struct ContextDelete {
   void operator()(EVP_MD_CTX *context) const noexcept { EVP_MD_CTX_free(context); }
};
struct DigestDelete {
   void operator()(EVP_MD *digest) const noexcept { EVP_MD_free(digest); }
};
using DigestPtr = std::unique_ptr<EVP_MD, DigestDelete>;

template <std::size_t Size>
std::array<std::uint8_t, Size> digest_of(const EVP_MD *digest, std::span<const std::uint8_t> message) {
   // One context per thread: allocating one costs more than a short hash.
   static thread_local const std::unique_ptr<EVP_MD_CTX, ContextDelete> context{EVP_MD_CTX_new()};
   std::array<std::uint8_t, Size> out;
   unsigned length = 0;
   if (!digest || !context || EVP_DigestInit_ex2(context.get(), digest, nullptr) != 1 ||
       EVP_DigestUpdate(context.get(), message.data(), message.size()) != 1 ||
       EVP_DigestFinal_ex(context.get(), out.data(), &length) != 1 || length != Size)
      throw std::runtime_error("OpenSSL offers no SHA-3: install an OpenSSL 3 with its default provider");
   return out;
}

} // namespace

std::array<std::uint8_t, 32> sha3_256(std::span<const std::uint8_t> message) {
   static const DigestPtr digest{EVP_MD_fetch(nullptr, "SHA3-256", nullptr)};
   return digest_of<32>(digest.get(), message);
}

std::array<std::uint8_t, 64> sha3_512(std::span<const std::uint8_t> message) {
   static const DigestPtr digest{EVP_MD_fetch(nullptr, "SHA3-512", nullptr)};
   return digest_of<64>(digest.get(), message);
}

} // namespace nebula::common
