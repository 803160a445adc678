#pragma once

/// An algorithm's known answers as jobs of one nonce.

#include "host/pow/job_copy.h"

#include <cstdint>
#include <optional>

namespace nebula::host {

/// The job whose nonce `nonce_first` gives the vector's input; nothing when the input has no place for a nonce.
[[nodiscard]] std::optional<JobCopy> job_of(const neb_pow_algorithm &algorithm, const neb_pow_vector &vector);

/// A job of the shape that miners give, in the epoch of the first vector; `seed` fills the input.
[[nodiscard]] JobCopy shaped_job(const neb_pow_algorithm &algorithm, std::uint64_t seed);

} // namespace nebula::host
