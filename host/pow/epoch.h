#pragma once

/// An epoch that owns its key, so that it can be kept beyond the call that brought it.

#include <nebula/svc/pow-algorithm.h>

#include <cstdint>
#include <string>

namespace nebula::host {

struct PowEpoch {
   std::string key;
   std::uint64_t height = 0;

   [[nodiscard]] static PowEpoch of(const neb_pow_epoch &wire) {
      return {wire.key.len ? std::string(reinterpret_cast<const char *>(wire.key.ptr), wire.key.len) : std::string(),
              wire.height};
   }
   /// Borrows from this object.
   [[nodiscard]] neb_pow_epoch wire() const noexcept {
      return {{reinterpret_cast<const std::uint8_t *>(key.data()), key.size()}, height};
   }
   friend bool operator==(const PowEpoch &, const PowEpoch &) = default;
};

} // namespace nebula::host
