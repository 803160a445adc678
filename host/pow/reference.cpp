#include "host/pow/reference.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace nebula::host {

namespace {

constexpr std::size_t k_scratch_align = 64;                      // the contract's
constexpr std::uint64_t k_scratch_max = std::uint64_t{64} << 20; // the contract's

} // namespace

void Reference::Free::operator()(void *memory) const noexcept {
   std::free(memory);
}

Reference::Reference(const neb_pow_algorithm &algorithm) : algorithm_(&algorithm) {
   if (algorithm.scratch_bytes == 0)
      return;
   if (algorithm.scratch_bytes > k_scratch_max)
      throw std::bad_alloc();
   const std::size_t rounded =
      (static_cast<std::size_t>(algorithm.scratch_bytes) + k_scratch_align - 1) / k_scratch_align;
   scratch_.reset(std::aligned_alloc(k_scratch_align, rounded * k_scratch_align));
   if (!scratch_)
      throw std::bad_alloc();
}

neb_status Reference::hash(const neb_pow_epoch &epoch, std::span<const std::uint8_t> input, std::uint8_t *digest) {
   return algorithm_->hash(algorithm_, &epoch, {input.data(), input.size()}, digest, scratch_.get());
}

neb_status Reference::hash(const JobCopy &job, std::uint64_t nonce, std::uint8_t *digest) {
   std::uint8_t full[NEB_POW_DIGEST_MAX] = {};
   job.compose(nonce, algorithm_->flags, input_);
   const neb_status status = hash(job.epoch.wire(), input_, full);
   std::memcpy(digest, full, 32);
   return status;
}

neb_status Reference::scan(const JobCopy &job, std::uint64_t first, std::uint64_t count, const Number256 &target,
                           std::vector<neb_pow_hit> &hits) {
   hits.clear();
   for (std::uint64_t i = 0; i < count; ++i) {
      neb_pow_hit hit{};
      hit.nonce = first + i;
      if (const neb_status status = hash(job, hit.nonce, hit.digest); status != NEB_OK)
         return status;
      if (meets(hit.digest, target))
         hits.push_back(hit);
   }
   return NEB_OK;
}

} // namespace nebula::host
