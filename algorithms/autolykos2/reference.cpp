#include "reference.h"

#include <sodium/crypto_generichash_blake2b.h>

#include <algorithm>
#include <cstring>

#include "common/bytes.h"

namespace nebula::autolykos2 {
namespace {

[[nodiscard]] DigestWords words(const Digest &digest) noexcept {
   DigestWords out;
   std::memcpy(out.data(), digest.data(), digest.size());
   return out;
}

[[nodiscard]] Digest big_endian(const Number &x) noexcept {
   const DigestWords as_words = words_of(x);
   Digest out;
   std::memcpy(out.data(), as_words.data(), out.size());
   return out;
}

/// H: unkeyed BLAKE2b-256. Its only errors are lengths that are wrong, and none is.
[[nodiscard]] Digest blake2b(std::span<const std::uint8_t> message) noexcept {
   Digest out;
   crypto_generichash_blake2b(out.data(), out.size(), message.data(), message.size(), nullptr, 0);
   return out;
}

using ElementMessage = std::array<std::uint8_t, k_element_bytes>;

/// index and height are zero.
constexpr ElementMessage k_element_message = [] {
   ElementMessage out{};
   for (unsigned i = 0; i < k_constant_words; ++i) {
      out[8 + 8 * i + 6] = static_cast<std::uint8_t>(i >> 8);
      out[8 + 8 * i + 7] = static_cast<std::uint8_t>(i);
   }
   return out;
}();

void store_be32(std::uint8_t *at, std::uint32_t x) noexcept {
   common::store_le32(at, __builtin_bswap32(x));
}

[[nodiscard]] Digest seed_of(const Number &e, std::span<const std::uint8_t, k_input_bytes> input) noexcept {
   std::array<std::uint8_t, 31 + k_input_bytes> message;
   const Digest bytes = big_endian(e); // its first byte is zero and is not hashed
   std::copy(bytes.begin() + 1, bytes.end(), message.begin());
   std::copy(input.begin(), input.end(), message.begin() + 31);
   return blake2b(message);
}

[[nodiscard]] std::array<std::uint32_t, k_terms> indices_of(const Digest &seed, std::uint32_t table_size) noexcept {
   std::array<std::uint8_t, 35> extended;
   std::copy(seed.begin(), seed.end(), extended.begin());
   std::copy(seed.begin(), seed.begin() + 3, extended.begin() + 32);
   std::array<std::uint32_t, k_terms> out;
   for (unsigned k = 0; k < k_terms; ++k)
      out[k] = common::load_be32(&extended[k]) % table_size;
   return out;
}

} // namespace

Number plain_element(std::uint32_t index, std::uint32_t height) noexcept {
   ElementMessage message = k_element_message;
   store_be32(&message[0], index);
   store_be32(&message[4], height);
   return element_of(words(blake2b(message)));
}

Solution solve(std::span<const std::uint8_t, k_input_bytes> input, std::uint32_t height, std::uint32_t table_size,
               const Kernel &kernel) {
   Solution s;
   const std::uint64_t tail = __builtin_bswap64(words(blake2b(input))[3]); // its last eight bytes, big-endian
   s.first_index = static_cast<std::uint32_t>(tail % table_size);
   // One hash alone: a single stream is quicker here than one lane of a kernel.
   s.first_element = plain_element(s.first_index, height);
   s.seed = seed_of(s.first_element, input);
   s.indices = indices_of(s.seed, table_size);
   std::array<Number, k_terms> terms;
   for (unsigned k = 0; k < k_terms; k += kernel.lanes)
      kernel.elements(&s.indices[k], height, &terms[k]);
   Sum sum;
   for (const Number &term : terms)
      sum.add(term);
   s.sum = sum.number();
   s.digest = blake2b(big_endian(s.sum));
   return s;
}

} // namespace nebula::autolykos2
