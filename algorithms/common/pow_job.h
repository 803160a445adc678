#pragma once

/// A job as a session keeps it after `submit` returned: checked, and owning its bytes.

#include <nebula/svc/pow-backend.h>

#include <cstdint>
#include <vector>

#include "common/target.h"

namespace nebula::common {

/// What the algorithm of a session demands of a job.
struct JobRules {
   std::uint32_t nonce_bytes; ///< 4 or 8
   bool nonce_appended;       ///< else it lies inside the input
   std::uint32_t input_max;   ///< longest input, without an appended nonce
   std::uint32_t input_min = 0;
};

struct Job {
   std::uint64_t ticket = 0;
   std::vector<std::uint8_t> input;
   std::uint32_t nonce_offset = 0;
   std::uint32_t hit_capacity = 0;
   std::uint64_t nonce_first = 0;
   std::uint64_t nonce_count = 0;
   Words256 target{};
   std::vector<std::uint8_t> epoch_key;
   std::uint64_t epoch_height = 0;

   [[nodiscard]] neb_pow_epoch epoch() const noexcept { return {{epoch_key.data(), epoch_key.size()}, epoch_height}; }
};

/// Why a job is malformed, or NEB_OK. Copies it into `out` only then.
[[nodiscard]] neb_status take_job(const neb_pow_job &job, const JobRules &rules, Job &out);

/// The longest epoch key taken: RandomX allows 60 bytes.
inline constexpr std::uint64_t k_epoch_key_max = 64;

} // namespace nebula::common
