#pragma once

/// Work as the source gave it, owned, with what the pool keeps beside it.

#include "difficulty.h"

#include "common/bytes.h"
#include "common/u256.h"

#include <array>
#include <cstdint>
#include <string>
#include <unordered_set>

namespace nebula::pool {

struct Epoch {
   common::Bytes key;
   std::uint64_t height = 0;
   friend bool operator==(const Epoch &, const Epoch &) = default;
};

struct Template {
   std::uint64_t id = 0;   ///< the source's; only grows
   std::uint32_t kind = 0; ///< NEB_WORK_...
   std::uint32_t extranonce_size = 0;
   std::uint64_t height = 0, time_s = 0, reward = 0;
   bool clean = false; ///< older templates of its algorithm are worthless from now on
   std::string algorithm, coin;
   Epoch epoch, next_epoch;
   common::U256 network_target, submit_target;
   Difficulty network_difficulty = 1;
};

/// What a miner is to hash, without its nonce. As neb_work_job.
struct Input {
   common::Bytes bytes;
   std::uint32_t nonce_offset = 0; ///< or NEB_POW_NONCE_APPENDED
   std::uint32_t nonce_bytes = 4;
};

/// Which solutions of one template were seen already, by their decoded numbers: the same share written differently is
/// the same share. Freed with its template.
class SeenShares {
public:
   /// Bounds memory at some 50 bytes a share; beyond, shares of the template are refused until the next one comes.
   static constexpr std::size_t k_max = 1'000'000;

   /// `secret` keeps miners, who choose their nonces, from choosing where they land in the table.
   explicit SeenShares(std::uint64_t secret) : seen_(0, Hash{secret}) {}

   enum class Seen { fresh, duplicate, full };
   [[nodiscard]] Seen insert(std::uint64_t extranonce, std::uint64_t nonce) {
      if (seen_.size() >= k_max)
         return seen_.contains({extranonce, nonce}) ? Seen::duplicate : Seen::full;
      return seen_.insert({extranonce, nonce}).second ? Seen::fresh : Seen::duplicate;
   }

private:
   struct Key {
      std::uint64_t extranonce, nonce;
      friend bool operator==(const Key &, const Key &) = default;
   };
   struct Hash {
      std::uint64_t secret;
      std::size_t operator()(const Key &key) const {
         std::uint64_t z = (key.nonce ^ secret) + key.extranonce * 0x9E3779B97F4A7C15u;
         z = (z ^ z >> 30) * (secret | 1);
         z = (z ^ z >> 27) * 0x94D049BB133111EBu;
         return static_cast<std::size_t>(z ^ z >> 31);
      }
   };
   std::unordered_set<Key, Hash> seen_;
};

} // namespace nebula::pool
