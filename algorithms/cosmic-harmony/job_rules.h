#pragma once

/// What a job of cosmic-harmony must look like, whatever computes it.

#include "common/pow_job.h"

namespace nebula::cosmic_harmony {

/// The longest message taken, without its nonce. The first function reads 32 bytes of it, native5 all; 64 KiB is far
/// above any header.
inline constexpr std::uint32_t k_message_bytes_max = 65536;

inline constexpr common::JobRules k_job_rules = {
   .nonce_bytes = 4, .nonce_appended = true, .input_max = k_message_bytes_max};

} // namespace nebula::cosmic_harmony
