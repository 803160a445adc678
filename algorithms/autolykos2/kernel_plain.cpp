// The kernel for every processor: one lane, by libsodium.

#include <sodium/crypto_generichash_blake2b.h>

#include "kernels.h"
#include "reference.h"

namespace nebula::autolykos2 {
namespace {

void elements(const std::uint32_t *index, std::uint32_t height, Number *out) noexcept {
   *out = plain_element(*index, height);
}

void hash(Short kind, const std::uint64_t *words, std::uint64_t *out) noexcept {
   DigestWords digest;
   crypto_generichash_blake2b(reinterpret_cast<unsigned char *>(digest.data()), sizeof digest,
                              reinterpret_cast<const unsigned char *>(words), static_cast<unsigned>(kind), nullptr, 0);
   for (unsigned w = 0; w < digest.size(); ++w)
      out[w] = digest[w];
}

} // namespace

const Kernel k_plain_kernel = {
   "plain", "autolykos2/plain", "device=cpu,kind=scalar,simd=none,table=no", 1, 64, elements, hash};

} // namespace nebula::autolykos2
