#pragma once

/// The hits of one job while it is being scanned: ascending by nonce, never more than its capacity.

#include <nebula/svc/pow-backend.h>

#include <algorithm>
#include <cassert>
#include <span>
#include <vector>

namespace nebula::common {

class HitList {
public:
   void reset(std::uint32_t capacity) {
      hits_.clear();
      capacity_ = capacity;
   }
   [[nodiscard]] bool full() const noexcept { return hits_.size() >= capacity_; }
   [[nodiscard]] std::span<const neb_pow_hit> hits() const noexcept { return hits_; }

   /// Precondition: not full, and `nonce` above all before.
   void add(std::uint64_t nonce, std::span<const std::uint8_t, 32> digest) {
      assert(!full() && (hits_.empty() || hits_.back().nonce < nonce));
      neb_pow_hit hit{};
      hit.nonce = nonce;
      std::copy(digest.begin(), digest.end(), hit.digest);
      hits_.push_back(hit);
   }

   /// Writes what the job came to into the caller's result. NEB_E_INVALID, and nothing written, when it lacks room.
   [[nodiscard]] neb_status hand_out(neb_pow_result &result) const noexcept {
      if (result.hit_capacity < hits_.size())
         return NEB_E_INVALID;
      std::copy(hits_.begin(), hits_.end(), result.hits);
      result.hit_count = static_cast<std::uint32_t>(hits_.size());
      return NEB_OK;
   }

private:
   std::vector<neb_pow_hit> hits_;
   std::uint32_t capacity_ = 0;
};

} // namespace nebula::common
