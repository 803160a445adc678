// Digests, targets and nonces: how a digest reads as a 256-bit number, and where a nonce stands in an input.
#pragma once

#include <nebula/error.hpp>
#include <nebula/svc/pow-algorithm.h>

#include <array>

namespace nebula {

// A 256-bit number, big-endian.
using Number256 = std::array<uint8_t, 32>;

// The number a 32-byte digest stands for; `order` is NEB_POW_ORDER_...
inline Number256 digest_number(const uint8_t *digest, int32_t order) noexcept {
   Number256 number{};
   for (std::size_t i = 0; i < number.size(); ++i) {
      const std::size_t from = order == NEB_POW_ORDER_BIG      ? i
                               : order == NEB_POW_ORDER_LITTLE ? 31 - i
                                                               : (i & ~std::size_t{3}) + 3 - (i & 3);
      number[i] = digest[from];
   }
   return number;
}

// A digest at or under the target (32 bytes, big-endian) is a hit.
inline bool meets_target(const uint8_t *digest, int32_t order, const uint8_t *target) noexcept {
   const Number256 number = digest_number(digest, order);
   return std::memcmp(number.data(), target, number.size()) <= 0;
}

// Writes a nonce of 4 or 8 bytes; `algorithm_flags` (of neb_pow_algorithm) say in which order.
inline void write_nonce(uint8_t *place, uint32_t nonce_bytes, uint64_t nonce, uint32_t algorithm_flags = 0) noexcept {
   for (uint32_t i = 0; i < nonce_bytes; ++i) {
      const uint32_t at = algorithm_flags & NEB_POW_NONCE_BIG ? nonce_bytes - 1 - i : i;
      place[at] = static_cast<uint8_t>(nonce >> (8 * i));
   }
}

// The nonce that write_nonce wrote.
inline uint64_t read_nonce(const uint8_t *place, uint32_t nonce_bytes, uint32_t algorithm_flags = 0) noexcept {
   uint64_t nonce = 0;
   for (uint32_t i = 0; i < nonce_bytes; ++i) {
      const uint32_t at = algorithm_flags & NEB_POW_NONCE_BIG ? nonce_bytes - 1 - i : i;
      nonce |= uint64_t{place[at]} << (8 * i);
   }
   return nonce;
}

// The largest nonce of that width.
constexpr uint64_t nonce_max(uint32_t nonce_bytes) noexcept {
   return nonce_bytes >= 8 ? UINT64_MAX : (uint64_t{1} << (8 * nonce_bytes)) - 1;
}

// The bytes of a hex text; throws NEB_E_INVALID. For vectors and tests, not for speed.
inline std::string from_hex(std::string_view hex) {
   const auto digit = [&](char c) -> unsigned {
      const std::size_t value = std::string_view{"0123456789abcdef"}.find(c);
      if (value == std::string_view::npos) {
         throw Error(NEB_E_INVALID, "'", c, "' is no lower-case hex digit");
      }
      return static_cast<unsigned>(value);
   };
   if (hex.size() % 2 != 0) {
      throw Error(NEB_E_INVALID, "a hex text has two digits per byte; this one has ", hex.size(), " digits");
   }
   std::string out;
   for (std::size_t i = 0; i < hex.size(); i += 2) {
      out += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
   }
   return out;
}

} // namespace nebula
