#pragma once

/// The reference of an algorithm, ready to be asked: its plugin's `hash` with the scratch that it wants.

#include "host/pow/job_copy.h"

#include <nebula/pow.hpp>
#include <nebula/svc/pow-backend.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace nebula::host {

/// One per thread at a time.
class Reference {
public:
   /// The table must outlive this object; it is the host's completed copy.
   explicit Reference(const neb_pow_algorithm &algorithm);

   [[nodiscard]] const neb_pow_algorithm &algorithm() const noexcept { return *algorithm_; }
   /// `input` is complete, nonce included; `digest` has room for digest_bytes (at most NEB_POW_DIGEST_MAX).
   [[nodiscard]] neb_status hash(const neb_pow_epoch &epoch, std::span<const std::uint8_t> input, std::uint8_t *digest);
   /// The digest of one nonce of a job, 32 bytes.
   [[nodiscard]] neb_status hash(const JobCopy &job, std::uint64_t nonce, std::uint8_t *digest);
   /// All hits among nonces first .. first + count - 1 of the job, for `target`; `count` stays what the caller can wait
   /// for.
   [[nodiscard]] neb_status scan(const JobCopy &job, std::uint64_t first, std::uint64_t count, const Number256 &target,
                                 std::vector<neb_pow_hit> &hits);
   [[nodiscard]] bool meets(const std::uint8_t *digest, const Number256 &target) const noexcept {
      return meets_target(digest, algorithm_->digest_order, target.data());
   }

private:
   struct Free {
      void operator()(void *memory) const noexcept;
   };
   const neb_pow_algorithm *algorithm_;
   std::unique_ptr<void, Free> scratch_; // null when none is wanted
   std::vector<std::uint8_t> input_;
};

} // namespace nebula::host
