#include "key_steps.h"

#include <algorithm>

namespace nebula::yescrypt {

std::span<const std::uint8_t> personality_of(const Parameters &parameters,
                                             std::span<const std::uint8_t> input) noexcept {
   const Personality &pers = parameters.pers;
   if (pers.kind == Personality::Kind::input)
      return input;
   return {reinterpret_cast<const std::uint8_t *>(pers.value.data()), pers.value.size()};
}

common::Digest256 derive_b(const Parameters &parameters, const common::Digest256 &h0,
                           std::span<const std::uint8_t> input, std::uint8_t *b) noexcept {
   if (parameters.version == Version::v1_0)
      common::pbkdf2_sha256_once(h0, personality_of(parameters, input), {b, k_fill_row_bytes});
   else
      common::pbkdf2_sha256_once(h0, input, {b, row_bytes(parameters.r)});
   common::Digest256 h1;
   std::copy_n(b, h1.size(), h1.begin());
   return h1;
}

common::Digest256 finish_hash(const Parameters &parameters, const common::Digest256 &h1,
                              std::span<const std::uint8_t> b, std::span<const std::uint8_t> input) noexcept {
   if (parameters.version == Version::v1_0)
      return common::hmac_sha256(b.last(k_block_bytes), h1);
   common::Digest256 digest;
   common::pbkdf2_sha256_once(h1, b, digest);
   if (parameters.pers.kind == Personality::Kind::absent)
      return digest;
   return common::sha256(common::hmac_sha256(digest, personality_of(parameters, input)));
}

} // namespace nebula::yescrypt
