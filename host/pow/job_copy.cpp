#include "host/pow/job_copy.h"

#include <algorithm>

namespace nebula::host {

bool well_formed(const neb_pow_job &job) noexcept {
   constexpr std::uint64_t k_input_max = 1u << 20;
   const bool width_ok = job.nonce_bytes == 4 || job.nonce_bytes == 8;
   if (!width_ok || job.epoch == nullptr || job.input.len > k_input_max || (job.input.len != 0 && !job.input.ptr))
      return false;
   const bool place_ok =
      job.nonce_offset == NEB_POW_NONCE_APPENDED || std::uint64_t{job.nonce_offset} + job.nonce_bytes <= job.input.len;
   const std::uint64_t last = nonce_max(job.nonce_bytes);
   return place_ok && job.hit_capacity >= 1 && job.hit_capacity <= NEB_POW_HITS_MAX && job.nonce_count >= 1 &&
          job.nonce_first <= last && job.nonce_count - 1 <= last - job.nonce_first;
}

JobCopy JobCopy::of(const neb_pow_job &job) {
   JobCopy copy;
   copy.ticket = job.ticket;
   copy.epoch = PowEpoch::of(*job.epoch);
   copy.input.assign(job.input.ptr, job.input.ptr + job.input.len);
   copy.nonce_offset = job.nonce_offset;
   copy.nonce_bytes = job.nonce_bytes;
   copy.hit_capacity = job.hit_capacity;
   copy.nonce_first = job.nonce_first;
   copy.nonce_count = job.nonce_count;
   std::copy_n(job.target, copy.target.size(), copy.target.begin());
   return copy;
}

neb_pow_job JobCopy::wire(neb_pow_epoch &epoch_wire) const noexcept {
   epoch_wire = epoch.wire();
   neb_pow_job job{};
   job.size = sizeof job;
   job.nonce_offset = nonce_offset;
   job.ticket = ticket;
   job.epoch = &epoch_wire;
   job.input = {input.data(), input.size()};
   job.nonce_bytes = nonce_bytes;
   job.hit_capacity = hit_capacity;
   job.nonce_first = nonce_first;
   job.nonce_count = nonce_count;
   std::copy(target.begin(), target.end(), job.target);
   return job;
}

void JobCopy::compose(std::uint64_t nonce, std::uint32_t algorithm_flags, std::vector<std::uint8_t> &out) const {
   out = input;
   std::size_t place = nonce_offset;
   if (nonce_offset == NEB_POW_NONCE_APPENDED) {
      place = out.size();
      out.resize(out.size() + nonce_bytes);
   }
   write_nonce(out.data() + place, nonce_bytes, nonce, algorithm_flags);
}

} // namespace nebula::host
