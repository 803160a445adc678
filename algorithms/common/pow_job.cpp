#include "common/pow_job.h"

#include <nebula/pow.hpp>

namespace nebula::common {
namespace {

[[nodiscard]] bool nonces_fit(const neb_pow_job &job) noexcept {
   const std::uint64_t last_allowed = nonce_max(job.nonce_bytes);
   return job.nonce_count >= 1 && job.nonce_first <= last_allowed &&
          job.nonce_count - 1 <= last_allowed - job.nonce_first;
}

[[nodiscard]] bool nonce_placed(const neb_pow_job &job, const JobRules &rules) noexcept {
   if (rules.nonce_appended)
      return job.nonce_offset == NEB_POW_NONCE_APPENDED;
   return job.nonce_offset != NEB_POW_NONCE_APPENDED && job.input.len >= job.nonce_bytes &&
          job.nonce_offset <= job.input.len - job.nonce_bytes;
}

} // namespace

neb_status take_job(const neb_pow_job &job, const JobRules &rules, Job &out) {
   if (!NEB_HAS(&job, neb_pow_job, target) || job.nonce_bytes != rules.nonce_bytes || job.input.len > rules.input_max ||
       job.input.len < rules.input_min || (job.input.len != 0 && !job.input.ptr) || !nonces_fit(job) ||
       !nonce_placed(job, rules) || job.hit_capacity < 1 || job.hit_capacity > NEB_POW_HITS_MAX)
      return NEB_E_INVALID;
   if (job.epoch && job.epoch->key.len > k_epoch_key_max)
      return NEB_E_INVALID;
   out.ticket = job.ticket;
   out.input.assign(job.input.ptr, job.input.ptr + job.input.len);
   out.nonce_offset = job.nonce_offset;
   out.hit_capacity = job.hit_capacity;
   out.nonce_first = job.nonce_first;
   out.nonce_count = job.nonce_count;
   out.target = words_of_big(job.target);
   if (job.epoch) {
      out.epoch_key.assign(job.epoch->key.ptr, job.epoch->key.ptr + job.epoch->key.len);
      out.epoch_height = job.epoch->height;
   }
   return NEB_OK;
}

} // namespace nebula::common
