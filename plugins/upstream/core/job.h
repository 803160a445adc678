#pragma once

/// Work as a pool of others gives it, decoded: lengths are fixed and hex is gone.

#include "common/bytes.h"
#include "common/u256.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nebula::upstream {

using common::Bytes;
using common::ByteView;
using common::U256;
using Hash = std::array<std::uint8_t, 32>;

/// What a pool speaks; docs/protocol/stratum.md.
enum class Dialect : std::uint8_t {
   xmrig,   ///< A: JSON-RPC 2.0 with login, job, submit
   bitcoin, ///< B: Stratum v1, the miner builds the header
   ergo,    ///< C: Stratum v1 with Autolykos' nine parameters
   cosmic   ///< D: Stratum v1 with Cosmic Harmony's five
};

/// The parts of a Bitcoin-style header (dialect B).
struct CoinbaseParts {
   Bytes coinb1, coinb2;
   std::vector<Hash> branches;
   std::uint32_t version = 0, bits = 0, ntime = 0;
   Hash previous{}; ///< as it stands in the header
   friend bool operator==(const CoinbaseParts &, const CoinbaseParts &) = default;
};

struct Job {
   std::string id;
   std::string algorithm; ///< as the pool names it; empty: it does not say
   Bytes input;           ///< commitment (D), blob (A) or message (C)
   std::optional<Hash> seed;
   std::uint64_t height = 0; ///< 0: unknown
   U256 target;              ///< a digest at or under it is a share
   bool clean = true;        ///< older jobs of the connection are worthless
   std::optional<CoinbaseParts> coinbase;
   Bytes extranonce1;                  ///< B: stands in the coinbase before ours; C: the first bytes of every nonce
   std::uint32_t extranonce2_size = 0; ///< B and C: bytes that are ours
   bool nonce_byte_fixed = false;      ///< A: the pool keeps byte 42 of the blob for itself (NiceHash)
   bool brief = false;                 ///< C: shares are handed in with our part of the nonce and nothing else
};

} // namespace nebula::upstream
