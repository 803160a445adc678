#pragma once

/// What the pool knows of one connection. About 400 bytes; names live with the worker.

#include "conduct.h"
#include "request.h"
#include "seen_shares.h"
#include "template.h"
#include "vardiff.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace nebula::pool {

/// A connection, as the shell numbers them; a number is used again only after `Pool::closed`.
using ConnectionId = std::uint32_t;

struct Worker;

/// A template that may still bring shares, shared by the sessions that were given it.
struct KeptTemplate {
   /// `expected`: shares, as SeenShares has it.
   KeptTemplate(Template given, std::uint32_t number, std::uint64_t secret, std::size_t expected = 0)
      : work(std::move(given)), serial(number), seen(secret, expected) {}
   Template work;
   const std::uint32_t serial; ///< of all the pool's templates, from 1
   bool stale = false;         ///< a clean one came after it
   SeenShares seen;
};

/// A job as one miner got it: its difficulty is frozen, whatever comes later. Each connection has several.
struct GivenJob {
   std::uint32_t work = 0;   ///< KeptTemplate::serial; 0: none was given
   std::uint32_t number = 0; ///< of its session, from 1
   Difficulty difficulty = 1;
};

/// An answer to a share that must wait for earlier ones of the same connection: Stratum v1 miners number all of them
/// alike and go by their order.
struct Awaiting {
   std::uint64_t ticket = 0;
   std::string id;            ///< of the request
   std::string answer;        ///< empty: not yet
   std::uint64_t receipt = 0; ///< the answer waits until this is booked
};

/// How the bytes that a miner may vary are divided: it is told a part and varies the rest (dialects B and C).
struct Room {
   std::uint64_t prefix = 0;                      ///< its bytes, the first one most significant
   std::uint8_t prefix_bytes = 0, left_bytes = 0; ///< left_bytes 0: nothing was told
   friend bool operator==(const Room &, const Room &) = default;
};

struct Session {
   /// As many jobs stay good as ZION 2.8.2 keeps.
   static constexpr std::size_t k_jobs = 5;
   /// Shares of one connection that are being verified; more are refused, so that nobody fills the queue.
   static constexpr std::size_t k_awaiting_max = 32;

   ConnectionId connection = 0;
   Dialect dialect = Dialect::unknown;
   std::uint8_t port = 0;      ///< index of its port's settings
   std::uint8_t algorithm = 0; ///< index of the pool's algorithms; meaningful once the dialect is known
   bool subscribed = false, authorized = false;
   bool fixed_difficulty = false;
   bool new_extranonces = false; ///< it asked for mining.set_extranonce
   bool trusted = false;         ///< its address is: its workers are never banned
   bool doomed = false;          ///< it is being closed: nothing more is read
   bool resumed = false;         ///< it goes on with the jobs of an earlier connection
   bool nicehash = false;        ///< dialect A: the nonce's last byte is not the miner's
   bool set_target = false;      ///< dialect C: a target of its own instead of the nine parameters
   std::uint8_t called = 0;      ///< dialect A: by which of the algorithm's names; 0: its own, 1: its first alias
   std::uint8_t strikes = 0;     ///< lines that were no requests
   std::uint32_t extranonce = 0; ///< of the pool's own part of the extranonce space, unique among the live ones
   std::uint64_t token = 0;      ///< session id for its resumption
   Conduct::Origin origin = 0;   ///< stands for its address
   std::uint64_t opened_ns = 0, heard_ns = 0, share_ns = 0, job_ns = 0;
   std::uint32_t jobs_given = 0;
   Difficulty announced = 0; ///< what the miner was last told
   Room told;                ///< likewise
   std::string agent;        ///< as it subscribed, until it is a worker's
   std::shared_ptr<Worker> worker;
   VardiffState vardiff;
   std::array<GivenJob, k_jobs> jobs;
   std::vector<Awaiting> awaiting;

   [[nodiscard]] GivenJob *job(std::uint64_t number) {
      GivenJob &slot = jobs[number % k_jobs];
      return number != 0 && slot.number == number && slot.work != 0 ? &slot : nullptr;
   }
   [[nodiscard]] GivenJob *newest() { return job(jobs_given); }
};

} // namespace nebula::pool
