#include "room.h"

#include <nebula/svc/work-source.h>

#include <algorithm>

namespace nebula::pool {
namespace {

constexpr std::uint8_t k_own_bytes = 4, k_roll_bytes = 4;
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
   const std::uint8_t own = std::min(size, k_own_bytes);
   if (work.kind != NEB_WORK_COINBASE)
      return {own, std::min<std::uint8_t>(size - own, k_roll_bytes)};
   const std::uint8_t left = size > k_miner_bytes_min ? std::min<std::uint8_t>(own, size - k_miner_bytes_min) : 0;
   return {left, std::min<std::uint8_t>(size - left, k_miner_bytes_max)};
}

std::uint64_t sessions_max(const Template &work) {
   return shares_nonce(work) ? 256 : 1ull << (8 * split_of(work).own);
}

common::Bytes extranonce_of(const Template &work, std::uint32_t number, std::uint64_t rest) {
   const Split split = split_of(work);
   common::Bytes out(work.extranonce_size);
   for (std::uint8_t i = 0; i < split.own; ++i)
      out[i] = static_cast<std::uint8_t>(number >> (8 * (split.own - 1 - i)));
   for (std::uint8_t i = 0; i < split.rest; ++i)
      out[std::size_t{split.own} + i] = static_cast<std::uint8_t>(rest >> (8 * (split.rest - 1 - i)));
   return out;
}

std::uint64_t roll_of(const Template &work, const GivenJob &job) {
   const unsigned room = 8u * std::min(split_of(work).rest, k_roll_bytes);
   return job.number & ((1ull << room) - 1);
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
      return {session.extranonce, split.own, split.rest};
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
