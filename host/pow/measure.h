#pragma once

/// `nebula bench`: how fast a backend hashes here. It proves that the hashes are right before it gives a number: every
/// backend passes its gate first.

#include "host/pow/gate.h"
#include "host/pow/registry.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace nebula::host {

struct MeasureRequest {
   std::string algorithm;
   /// One side or several, which take turns within one run, so that what else the machine does meets all of them. A
   /// selection, or the name of a backend; empty: of the default plan.
   std::vector<std::string> sides{""};
   std::uint32_t threads = 0; // 0: what the backend says pays
   double seconds = 5;        // of measuring each side, over all repetitions; warming up comes on top
   std::uint32_t repetitions = 9;
   double prepare_s_max = 0; // longest time to prepare an epoch, such as a dataset; 0: no limit
   /// Called with what happens next, for people who wait. May be empty.
   std::function<void(const std::string &text)> progress{};
};

struct Measurement {
   std::string algorithm, backend, device;
   GateReport self_test;
   std::uint32_t threads = 0;
   std::vector<double> rates; // hashes per second of each repetition, over all threads
   double median = 0, best = 0;
   double spread = 0;                          // half of (best - worst) / median
   double per_cpu_second = 0;                  // hashes for each second that a processor worked: the whole process
   std::uint64_t memory_added = 0;             // bytes by which the process's peak grew, from before the self-test
   std::optional<std::uint64_t> device_memory; // bytes taken on the device, when it can say
};

/// One measurement for each side. Any thread. The error says why there is no number.
[[nodiscard]] Result<std::vector<Measurement>> measure(const Registry &registry, const MeasureRequest &request);

struct Ratio {
   double of_medians = 0; // first to second
   double spread = 0;     // half of (largest - smallest ratio of one turn) / of_medians
};
/// Of two measurements of one run.
[[nodiscard]] Ratio ratio(const Measurement &first, const Measurement &second);

/// The measurement as one JSON object.
[[nodiscard]] std::string to_json(const Measurement &measurement);

} // namespace nebula::host
