#pragma once

/// A simulated miner: one connection, its work and its shares.

#include "core/request.h"
#include "core/template.h"

#include <nebula/pow.hpp>

#include <cstdint>
#include <string>

namespace nebula::pool {

/// What a share is meant to be.
enum class ShareKind : std::uint8_t { valid, stale, duplicate, invalid, low };
inline constexpr std::size_t k_share_kinds = 5;

/// What the pool said of it.
enum class Outcome : std::uint8_t { accepted, stale, duplicate, invalid, low, other };
inline constexpr std::size_t k_outcomes = 6;

/// A job as the pool gave it.
struct Work {
   std::string id;
   Input input;
   Epoch epoch;
   Number256 target{};             ///< a share is at or under it
   std::string ntime;              ///< dialect B: as it is to be handed in
   std::uint64_t nonce_prefix = 0; ///< dialect C: the bits of a nonce that are not the miner's to choose
};

/// The last share that was meant to be good, for its duplicate.
struct GoodShare {
   std::string job, ntime;
   std::uint64_t nonce = 0;
   Digest digest{};
   std::uint64_t jobs = 0; ///< how many jobs the miner had got by then; 0: there is none
};

struct Miner {
   std::uint32_t index = 0;
   int descriptor = -1;
   bool connected = false, authorized = false, ready = false;
   bool awaits_job = false;    ///< of the broadcast under way
   std::uint64_t began_ns = 0; ///< when it began to connect
   std::uint64_t ready_ns = 0;
   std::uint32_t waiting = 0; ///< shares without an answer
   std::string user;
   std::string session;    ///< to resume; empty: the pool gave none
   std::string extranonce; ///< as the pool gave it
   std::uint8_t extranonce2_bytes = 0;
   Number256 target{}; ///< dialect B: of the difficulty that was told last
   std::string former; ///< the one before, while it resumes
   std::uint64_t jobs = 0;
   std::uint64_t next_nonce = 0;
   Work work;
   GoodShare good;
   std::string half;   ///< of a line
   std::string unsent; ///< what the socket did not take
};

} // namespace nebula::pool
