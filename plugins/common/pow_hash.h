#pragma once

/// One digest by an algorithm's own reference, for whoever checks what others claim.

#include "bytes.h"

#include <nebula/svc/pow-algorithm.h>

#include <array>

namespace nebula::common {

/// An input without its nonce; as neb_work_job.
struct PowInput {
   ByteView bytes;
   std::uint32_t nonce_offset = 0; ///< or NEB_POW_NONCE_APPENDED
   std::uint32_t nonce_bytes = 4;
};

/// Null when `out` is the digest, else why there is none, for people. The scratch memory of a thread is kept with it.
/// Throws std::bad_alloc.
[[nodiscard]] const char *pow_digest(const neb_pow_algorithm &algorithm, const neb_pow_epoch &epoch,
                                     const PowInput &input, std::uint64_t nonce, std::array<std::uint8_t, 32> &out);

} // namespace nebula::common
