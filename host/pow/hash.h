#pragma once

/// `nebula hash`: one digest, by the reference or by a chosen backend.

#include "host/pow/epoch.h"
#include "host/pow/gate.h"
#include "host/pow/registry.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nebula::host {

struct HashRequest {
   std::string algorithm;
   std::vector<std::uint8_t> input;    // complete, or without the nonce when `nonce` is given and it is appended
   std::optional<std::uint64_t> nonce; // put where the algorithm wants it
   PowEpoch epoch;
   std::string select; // empty: the reference
};

struct HashAnswer {
   std::string computed_by;          // name of the backend, or "reference"
   std::vector<std::uint8_t> digest; // as the algorithm writes it
   std::array<std::uint8_t, 32>
      number{}; // as targets are compared with, big-endian; zero unless the digest has 32 bytes
};

/// A backend is only asked after it passed the gate. Any thread.
[[nodiscard]] Result<HashAnswer> hash(const Registry &registry, const HashRequest &request);

struct CheckedContender {
   std::shared_ptr<Contender> contender;
   GateReport report; // without a finding
};
/// The best admitted backend of the algorithm, after it passed the gate. `select`: a selection, the name of a backend,
/// or empty for the default plan. The error says what is wrong with the candidates.
[[nodiscard]] Result<CheckedContender> checked_contender(const Registry &registry, std::string_view algorithm,
                                                         std::string_view select);

} // namespace nebula::host
