#pragma once

/// A job that owns what it points to. The contract lets `submit` borrow only; whoever checks a result later needs it.

#include "host/pow/epoch.h"

#include <nebula/pow.hpp>
#include <nebula/svc/pow-backend.h>

#include <cstdint>
#include <vector>

namespace nebula::host {

struct JobCopy {
   std::uint64_t ticket = 0;
   PowEpoch epoch;
   std::vector<std::uint8_t> input; // as in neb_pow_job
   std::uint32_t nonce_offset = NEB_POW_NONCE_APPENDED;
   std::uint32_t nonce_bytes = 4;
   std::uint32_t hit_capacity = 1;
   std::uint64_t nonce_first = 0;
   std::uint64_t nonce_count = 1;
   Number256 target{}; // big-endian

   /// The job must be well formed (see well_formed).
   [[nodiscard]] static JobCopy of(const neb_pow_job &job);
   /// `epoch_wire` is the place for the epoch; both borrow from this object.
   [[nodiscard]] neb_pow_job wire(neb_pow_epoch &epoch_wire) const noexcept;
   /// The complete input of one nonce, as `hash` of an algorithm with these flags takes it, in `out`.
   void compose(std::uint64_t nonce, std::uint32_t algorithm_flags, std::vector<std::uint8_t> &out) const;
};

/// Everything nebula/svc/pow-backend.h demands of a job but the order of tickets.
[[nodiscard]] bool well_formed(const neb_pow_job &job) noexcept;

} // namespace nebula::host
