#include "host/pow/known_answer.h"

#include <algorithm>
#include <random>

namespace nebula::host {

std::optional<JobCopy> job_of(const neb_pow_algorithm &algorithm, const neb_pow_vector &vector) {
   const bool appended = algorithm.nonce_offset == NEB_POW_NONCE_APPENDED;
   const std::uint64_t width = algorithm.nonce_bytes;
   if (vector.input.len < width || (!appended && algorithm.nonce_offset + width > vector.input.len))
      return std::nullopt;
   const std::uint64_t place = appended ? vector.input.len - width : algorithm.nonce_offset;
   JobCopy job;
   job.epoch = PowEpoch::of(vector.epoch);
   job.input.assign(vector.input.ptr, vector.input.ptr + (appended ? place : vector.input.len));
   job.nonce_offset = algorithm.nonce_offset;
   job.nonce_bytes = algorithm.nonce_bytes;
   job.nonce_first = read_nonce(vector.input.ptr + place, algorithm.nonce_bytes, algorithm.flags);
   return job;
}

JobCopy shaped_job(const neb_pow_algorithm &algorithm, std::uint64_t seed) {
   JobCopy job;
   for (std::uint32_t i = 0; i < algorithm.vector_count && job.input.empty(); ++i)
      if (auto known = job_of(algorithm, algorithm.vectors[i]))
         job = std::move(*known);
   if (job.input.empty()) { // no vector has a nonce's place: the shape of a RandomX blob, 76 bytes
      job.nonce_offset = algorithm.nonce_offset;
      job.nonce_bytes = algorithm.nonce_bytes;
      job.input.resize(std::min<std::uint32_t>(76, algorithm.input_bytes_max));
      if (algorithm.vector_count != 0)
         job.epoch = PowEpoch::of(algorithm.vectors[0].epoch);
   }
   std::mt19937_64 random(seed);
   for (std::uint8_t &byte : job.input)
      byte = static_cast<std::uint8_t>(random());
   job.nonce_first = 0;
   return job;
}

} // namespace nebula::host
