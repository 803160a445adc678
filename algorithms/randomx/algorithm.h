#pragma once

/// RandomX as an algorithm and as backends of the contract.

#include <nebula/algorithm.hpp>
#include <nebula/cpu_backend.hpp>

#include "dataset.h"
#include "key_cache.h"

namespace nebula::randomx {

/// The reference: light verification. `caches` outlives it.
[[nodiscard]] AlgorithmSpec randomx_spec(KeyCaches &caches);

/// Known answers, complete inputs: those that are long enough to hold a nonce.
[[nodiscard]] std::vector<AlgorithmSpec::Vector> randomx_answers();

/// All arguments outlive the backend.
[[nodiscard]] CpuBackendSpec light_backend_spec(const Maker &maker, KeyCaches &caches);
[[nodiscard]] CpuBackendSpec fast_backend_spec(const Maker &maker, KeyCaches &caches, Dataset &dataset);

} // namespace nebula::randomx
