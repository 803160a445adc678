#include "room.h"

#include <nebula/svc/work-source.h>

#include <algorithm>

namespace nebula::pool {
namespace {

constexpr std::uint8_t k_own_bytes = 4, k_job_bytes = 4;
/// Miners of dialect B want from 2 to 16.
constexpr std::uint8_t k_miner_bytes_min = 2, k_miner_bytes_max = 8;
constexpr unsigned k_nicehash_shift = 24; // of the nonce's most significant byte: byte 42 of a blob
constexpr std::uint64_t k_nicehash_rest = (1u << k_nicehash_shift) - 1;

/// The pool divides the nonce itself when the source leaves no extranonce to a blob.
bool shares_nonce(const Template &work) {
   return work.kind == NEB_WORK_BLOB && work.extranonce_size == 0;
}

} // namespace

Split split_of(const Template &work) {
   const auto size = static_cast<std::uint8_t>(work.extranonce_size);
   Split out;
   out.own = std::min(size, k_own_bytes);
   if (work.kind == NEB_WORK_COINBASE) {
      out.own = size > k_miner_bytes_min ? std::min<std::uint8_t>(out.own, size - k_miner_bytes_min) : 0;
      out.miner = std::min<std::uint8_t>(size - out.own, k_miner_bytes_max);
   }
   out.job = std::min(static_cast<std::uint8_t>(size - out.own - out.miner), k_job_bytes);
   return out;
}

std::uint64_t sessions_max(const Template &work) {
   return shares_nonce(work) ? 256 : 1ull << (8 * split_of(work).own);
}

std::uint32_t roll_of(const Template &work, const GivenJob &job) {
   return static_cast<std::uint32_t>(job.number & ((1ull << (8 * split_of(work).job)) - 1));
}

common::Bytes extranonce_of(const Template &work, std::uint32_t number, std::uint64_t extranonce2, std::uint32_t roll) {
   const Split split = split_of(work);
   common::Bytes out(work.extranonce_size);
   std::size_t at = 0;
   const auto put = [&](std::uint64_t value, std::uint8_t size) {
      for (std::uint8_t i = 0; i < size; ++i)
         out[at++] = static_cast<std::uint8_t>(value >> (8 * (size - 1 - i)));
   };
   put(number, split.own);
   put(extranonce2, split.miner);
   put(roll, split.job);
   return out;
}

bool narrow(const Session &session, const Template &work, Input &input) {
   switch (work.kind) {
   case NEB_WORK_MESSAGE:
      // The miner's own numbering begins behind the first bytes: they are the session's number, or the source's.
      if (input.all_nonces()) {
         input.nonce_first = std::uint64_t{session.extranonce} << 32;
         input.nonce_last = input.nonce_first | 0xFFFFFFFFu;
      }
      return true;
   case NEB_WORK_BLOB: {
      if (input.nonce_bytes != 4)
         return input.all_nonces();
      if (input.all_nonces() && (session.nicehash || shares_nonce(work))) {
         // Never 0 when it is free to choose: that is how miners know.
         const std::uint64_t byte =
            shares_nonce(work) ? session.extranonce & 0xFF : session.extranonce % 255 + std::uint64_t{1};
         input.nonce_first = byte << k_nicehash_shift;
         input.nonce_last = input.nonce_first | k_nicehash_rest;
      }
      return input.all_nonces() ||
             ((input.nonce_first & k_nicehash_rest) == 0 && input.nonce_last == (input.nonce_first | k_nicehash_rest));
   }
   default:
      return input.all_nonces();
   }
}

Room room_of(const Session &session, const Template &work, const Input &input) {
   Room out;
   if (work.kind == NEB_WORK_COINBASE) {
      const Split split = split_of(work);
      return {session.extranonce, split.own, split.miner};
   }
   // The nonce's leading bytes that are the same throughout.
   out.left_bytes = 8;
   while (out.left_bytes > 0 &&
          input.nonce_first >> (8 * (out.left_bytes - 1)) == input.nonce_last >> (8 * (out.left_bytes - 1)))
      --out.left_bytes;
   out.prefix_bytes = static_cast<std::uint8_t>(8 - out.left_bytes);
   out.prefix = out.left_bytes < 8 ? input.nonce_first >> (8 * out.left_bytes) : 0;
   return out;
}

} // namespace nebula::pool
