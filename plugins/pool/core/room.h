#pragma once

/// How what a source leaves to vary is divided between the pool, which gives each session a part of its own, and the
/// miner, who searches the rest.

#include "session.h"

namespace nebula::pool {

/// Bytes of a template's extranonce.
struct Split {
   std::uint8_t own = 0;   ///< the session's number
   std::uint8_t miner = 0; ///< dialect B: extranonce2; what is left behind it is zero
};
[[nodiscard]] Split split_of(const Template &work);

/// So many sessions can have work of it that differs; at least 1.
[[nodiscard]] std::uint64_t sessions_max(const Template &work);

/// The template's whole extranonce. `extranonce2` has the miner's bytes, the first one most significant.
[[nodiscard]] common::Bytes extranonce_of(const Template &work, std::uint32_t number, std::uint64_t extranonce2 = 0);

/// Leaves to the miner only the session's part of the nonce, where the dialect or the source wants that. False: what
/// the source leaves cannot be told to a miner of this dialect.
[[nodiscard]] bool narrow(const Session &session, const Template &work, Input &input);

/// What a miner of dialect B or C is told. `input` is narrowed; for dialect B it is not looked at.
[[nodiscard]] Room room_of(const Session &session, const Template &work, const Input &input);

} // namespace nebula::pool
