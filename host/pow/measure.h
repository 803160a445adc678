#pragma once

/// `nebula bench`: how fast a backend hashes here. It proves that the hashes are right before it gives a number.

#include "host/pow/registry.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nebula::host {

struct MeasureRequest {
   std::string algorithm;
   std::string select;        // empty: of the default plan
   std::uint32_t threads = 0; // 0: what the backend says pays
   double seconds = 5;        // of measuring, over all repetitions; warming up comes on top
   std::uint32_t repetitions = 9;
};

struct Measurement {
   std::string algorithm, backend, device;
   std::uint32_t threads = 0;
   std::vector<double> rates; // hashes per second of each repetition, over all threads
   double median = 0, best = 0;
   double spread = 0; // half of (best - worst) / median
};

/// Any thread. The error says why there is no number.
[[nodiscard]] Result<Measurement> measure(const Registry &registry, const MeasureRequest &request);

/// The measurement as one JSON object.
[[nodiscard]] std::string to_json(const Measurement &measurement);

} // namespace nebula::host
