#pragma once

/// Work as the source gave it, owned, with what the pool keeps beside it.

#include "difficulty.h"

#include "common/bitcoin_header.h"
#include "common/bytes.h"
#include "common/u256.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nebula::pool {

struct Epoch {
   common::Bytes key;
   std::uint64_t height = 0;
   friend bool operator==(const Epoch &, const Epoch &) = default;
};

/// What a miner of dialect B builds its header from, as neb_work_coinbase: coinbase = coinb1 ‖ extranonce ‖ coinb2.
struct Coinbase {
   common::Bytes coinb1, coinb2;
   std::vector<common::Sha256Digest> branches;
   std::uint32_t version = 0, bits = 0, ntime = 0;
   common::Sha256Digest previous{};
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
   Difficulty submit_difficulty = ~0ull; ///< of submit_target

   /// No share is asked to be harder: what lies between would be worth something to the source and never be seen.
   [[nodiscard]] Difficulty difficulty_max() const { return std::min(network_difficulty, submit_difficulty); }

   std::optional<Coinbase> coinbase; ///< of kind NEB_WORK_COINBASE
};

/// What a miner is to hash, without its nonce. As neb_work_job.
struct Input {
   common::Bytes bytes;
   std::uint32_t nonce_offset = 0; ///< or NEB_POW_NONCE_APPENDED
   std::uint32_t nonce_bytes = 4;
   std::uint64_t nonce_first = 0, nonce_last = ~0ull; ///< those that the miner may use, inclusive

   /// Every nonce of that width may be used.
   [[nodiscard]] bool all_nonces() const {
      return nonce_first == 0 && (nonce_bytes >= 8 || nonce_last >= (1ull << (8 * nonce_bytes)) - 1);
   }
};

} // namespace nebula::pool
