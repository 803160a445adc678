#pragma once

/// How what a source leaves to vary is divided between the pool, which gives each session a part of its own, and the
/// miner, who searches the rest.

#include "session.h"

namespace nebula::pool {

/// Bytes of a template's extranonce.
struct Split {
   std::uint8_t own = 0;   ///< the session's number
   std::uint8_t miner = 0; ///< dialect B: extranonce2
   std::uint8_t job = 0;   ///< the job's number. What is left behind it is zero
};
[[nodiscard]] Split split_of(const Template &work);

/// So many sessions can have work of it that differs; at least 1.
[[nodiscard]] std::uint64_t sessions_max(const Template &work);

/// The job's number as far as the template has room for it: each job of a session has work of its own, for miners that
/// begin at nonce 0 with each. 0 without room: then all jobs of a template are the same work.
[[nodiscard]] std::uint32_t roll_of(const Template &work, const GivenJob &job);

/// The template's whole extranonce: each part with its first byte the most significant. `roll`: of the job.
[[nodiscard]] common::Bytes extranonce_of(const Template &work, std::uint32_t number, std::uint64_t extranonce2,
                                          std::uint32_t roll);

/// Leaves to the miner only the session's part of the nonce, where the dialect or the source wants that. False: what
/// the source leaves cannot be told to a miner of this dialect.
[[nodiscard]] bool narrow(const Session &session, const Template &work, Input &input);

/// What a miner of dialect B or C is told. `input` is narrowed; for dialect B it is not looked at.
[[nodiscard]] Room room_of(const Session &session, const Template &work, const Input &input);

} // namespace nebula::pool
