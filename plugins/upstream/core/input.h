#pragma once

/// What is hashed for a job of a pool, and how its nonces are split among sinks.

#include "job.h"

namespace nebula::upstream {

/// How one connection's work is divided.
enum class Split : std::uint8_t {
   nonces,     ///< parts of the nonce: many sinks on one connection
   connections ///< whole nonces: one sink on each, for miners that search from nonce 0 whatever they are told
};

/// The nonces of one input in equal slices, each for one sink.
struct Slices {
   std::uint64_t first = 0; ///< nonce of the first slice
   std::uint64_t size = 0;  ///< nonces in each; 0: all 2^64
   std::uint32_t count = 1;
};
inline constexpr std::uint32_t k_slices_max = 65'536; ///< of one input

[[nodiscard]] Slices slices_of(const Job &job, Dialect dialect, Split split);

/// The nonce's place in a blob (source: XMRig 6.26).
inline constexpr std::uint32_t k_blob_nonce_offset = 39;

struct Input {
   Bytes bytes;
   std::uint32_t nonce_offset = 0; ///< or NEB_POW_NONCE_APPENDED
   std::uint32_t nonce_bytes = 4;
   std::uint64_t nonce_first = 0, nonce_last = 0;
};

/// Of dialects A, C and D: the input of slice `slice`.
[[nodiscard]] Input sliced_input(const Job &job, Dialect dialect, const Slices &slices, std::uint32_t slice);

/// Of dialect B: the header that follows from our part of the extranonce.
[[nodiscard]] Input header_input(const Job &job, ByteView extranonce2, std::uint32_t ntime);

} // namespace nebula::upstream
