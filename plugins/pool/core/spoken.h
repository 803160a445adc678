#pragma once

/// What an algorithm's table says of its miners and its cost, before any work is there.

#include "request.h"

#include "common/bitcoin_header.h"

#include <nebula/svc/pow-algorithm.h>

namespace nebula::pool {

/// How the nonce is taken says what its miners work on, and so what they speak.
[[nodiscard]] inline Dialect usual_dialect_of(const neb_pow_algorithm &algorithm) {
   if (algorithm.nonce_offset == NEB_POW_NONCE_APPENDED)
      return algorithm.nonce_bytes == 8 ? Dialect::ergo : Dialect::cosmic;
   return algorithm.nonce_offset == common::k_bitcoin_nonce_offset ? Dialect::bitcoin : Dialect::xmrig;
}

/// Without a key and without memory to walk it takes microseconds; what takes more has one of them.
[[nodiscard]] inline bool is_quick(const neb_pow_algorithm &algorithm) {
   return algorithm.epoch_kind == 0 && algorithm.scratch_bytes == 0;
}

} // namespace nebula::pool
