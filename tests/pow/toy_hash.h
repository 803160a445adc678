#pragma once

/// The function of the toy algorithm, for every side that computes it.

#include <nebula/svc/pow-algorithm.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace nebula::host::toy {

inline std::uint64_t mixed(std::uint64_t x) noexcept { // the finish of MurmurHash3, twice
   for (int i = 0; i < 2; ++i) {
      x ^= x >> 33;
      x *= 0xff51afd7ed558ccdu;
      x ^= x >> 29;
      x *= 0xc4ceb9fe1a85ec53u;
   }
   return x ^ (x >> 32);
}

inline void compute(const neb_pow_epoch &epoch, const std::uint8_t *input, std::uint64_t length,
                    std::uint8_t *digest) noexcept {
   std::uint64_t state = 0x746F79;
   const auto take = [&](const std::uint8_t *bytes, std::uint64_t count) {
      for (std::uint64_t at = 0; at < count; at += 8) {
         std::uint64_t word = 0;
         std::memcpy(&word, bytes + at, std::min<std::uint64_t>(8, count - at));
         state = mixed(state ^ word) + at + 1;
      }
   };
   take(epoch.key.ptr, epoch.key.len);
   take(input, length);
   for (int i = 0; i < 4; ++i) {
      const std::uint64_t word = mixed(state + static_cast<std::uint64_t>(i) * 0x9e3779b97f4a7c15u);
      std::memcpy(digest + 8 * i, &word, 8);
   }
}

} // namespace nebula::host::toy
