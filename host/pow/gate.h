#pragma once

/// What a backend must pass before it serves: the algorithm's known answers (never its own), random ranges against the
/// reference, and the edges where wrong kernels show. docs/operating.md says what an operator sees of it.
///
/// The work is bounded by what the reference costs: about 30 ms of it for a fast algorithm, some thirty hashes for a
/// slow one (three at a time as long as one takes less than 50 ms, so that kernels which take two or more at once
/// show), plus the preparation of two epochs.

#include "host/pow/algorithm_entry.h"
#include "host/pow/contender.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace nebula::host {

struct GateReport {
   std::string finding;     // what is wrong, for its author; empty: passed
   bool broken_off = false; // the backend or its reference left meanwhile: nothing was found out
   std::uint64_t rate = 0;  // hashes per second of one session
   std::uint32_t jobs = 0;  // given to the backend
   std::uint64_t took_ns = 0;
};

/// Any thread; the caller's thread computes when the backend computes in `wait`.
[[nodiscard]] GateReport run_gate(const std::shared_ptr<Contender> &contender, const AlgorithmEntry &algorithm);

/// The algorithm's reference against its own known answers; empty: all right. `gone` ends it early.
[[nodiscard]] std::string check_reference(const neb_pow_algorithm &algorithm, std::uint64_t reference_ns,
                                          const std::function<bool()> &gone);

} // namespace nebula::host
