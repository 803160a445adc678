#pragma once

/// A simulated miner: one connection, its work and its shares.

#include "core/request.h"
#include "core/template.h"

#include <nebula/pow.hpp>

#include <algorithm>
#include <cstdint>
#include <string>

namespace nebula::pool {

/// What a share is meant to be.
enum class ShareKind : std::uint8_t { valid, stale, duplicate, invalid, low };
inline constexpr std::size_t k_share_kinds = 5;

/// What the pool said of it.
enum class Outcome : std::uint8_t { accepted, stale, duplicate, invalid, low, other };
inline constexpr std::size_t k_outcomes = 6;

/// What a job shows of the template behind it.
struct WorkMark {
   std::uint64_t value = 0;
   bool exact = false; ///< another template has another value; else it is at least one of the same height
   friend bool operator==(const WorkMark &, const WorkMark &) = default;
};

/// A job as the pool gave it.
struct Work {
   std::string id;
   Input input;
   Epoch epoch;
   Number256 target{};                    ///< a share is at or under it
   std::string ntime;                     ///< dialect B: as it is to be handed in
   std::uint64_t nonce_prefix = 0;        ///< the bits of a nonce that are not the miner's to choose
   std::uint64_t nonce_free = 0xFFFFFFFF; ///< those that are: the lowest
   WorkMark mark;
   bool clean = false;      ///< earlier jobs are worthless
   bool retargeted = false; ///< its target is another one than that of the job before

   void set_target(const Number256 &wanted) {
      retargeted = wanted != target;
      target = wanted;
   }

   [[nodiscard]] std::uint64_t nonce(std::uint64_t number) const { return nonce_prefix | (number & nonce_free); }
};

/// A share as it is handed in.
struct Share {
   std::string job, ntime;
   std::uint64_t nonce = 0;
   Digest digest{};
   std::uint64_t jobs = 0; ///< how many jobs the miner had got by its job; 0: there is no such share
};

struct Miner {
   std::uint32_t index = 0;
   int descriptor = -1;
   bool connected = false, authorized = false, ready = false;
   std::uint64_t began_ns = 0; ///< when it began to connect
   std::uint64_t read_ns = 0;  ///< when its socket was read last, to the end
   std::uint32_t waiting = 0;  ///< shares without an answer
   std::string user;
   std::string session;    ///< to resume; empty: the pool gave none
   std::string extranonce; ///< as the pool gave it
   std::uint8_t extranonce2_bytes = 0;
   bool nonce_byte_fixed = false; ///< dialect A: its top byte is not the miner's (NiceHash)
   Number256 target{};            ///< dialect B: of the difficulty that was told last
   std::string former;            ///< the one before, while it resumes
   std::uint64_t jobs = 0;
   std::uint64_t next_nonce = 0;
   Work work;
   Share good;         ///< the last one that was meant to be good, for its duplicate
   std::string half;   ///< of a line
   std::string unsent; ///< what the socket did not take

   /// A pool keeps a few jobs: an older one is good for nothing, and neither is one before a clean one.
   static constexpr std::uint64_t k_jobs_back = 3;
   /// The number of the oldest job of which a share is still good.
   [[nodiscard]] std::uint64_t oldest_good() const { return oldest_good_; }
   /// It has got the job that `work` is now.
   void got_work() {
      ++jobs;
      const std::uint64_t by_number = jobs < k_jobs_back ? 1 : jobs - k_jobs_back + 1;
      oldest_good_ = work.clean ? jobs : std::max(oldest_good_, by_number);
   }
   /// What it has is good for nothing any more.
   void lost_work() { oldest_good_ = jobs + 1; }

private:
   std::uint64_t oldest_good_ = 1;
};

} // namespace nebula::pool
