#pragma once

/// Integers in byte strings, for any host byte order. The pointers need no alignment; the caller owns the bounds.

#include <bit>
#include <cstdint>
#include <cstring>

namespace nebula::common {

[[nodiscard]] inline std::uint32_t load_le32(const std::uint8_t *p) noexcept {
   std::uint32_t v;
   std::memcpy(&v, p, sizeof v);
   if constexpr (std::endian::native == std::endian::big)
      v = __builtin_bswap32(v);
   return v;
}

[[nodiscard]] inline std::uint64_t load_le64(const std::uint8_t *p) noexcept {
   std::uint64_t v;
   std::memcpy(&v, p, sizeof v);
   if constexpr (std::endian::native == std::endian::big)
      v = __builtin_bswap64(v);
   return v;
}

[[nodiscard]] inline std::uint32_t load_be32(const std::uint8_t *p) noexcept {
   return __builtin_bswap32(load_le32(p));
}

inline void store_le32(std::uint8_t *p, std::uint32_t v) noexcept {
   if constexpr (std::endian::native == std::endian::big)
      v = __builtin_bswap32(v);
   std::memcpy(p, &v, sizeof v);
}

inline void store_le64(std::uint8_t *p, std::uint64_t v) noexcept {
   if constexpr (std::endian::native == std::endian::big)
      v = __builtin_bswap64(v);
   std::memcpy(p, &v, sizeof v);
}

} // namespace nebula::common
