#pragma once

/// RandomX as an algorithm and as backends of the contract.

#include <nebula/algorithm.hpp>
#include <nebula/cpu_backend.hpp>

#include "datasets.h"
#include "key_cache.h"

namespace nebula::randomx {

/// The reference: light verification, or a hash over the dataset that the miner has for the same key (`datasets` may be
/// null: there are none). Both outlive it.
[[nodiscard]] AlgorithmSpec randomx_spec(KeyCaches &caches, Datasets *datasets);

/// Known answers, complete inputs: those that are long enough to hold a nonce.
[[nodiscard]] std::vector<AlgorithmSpec::Vector> randomx_answers();

/// All arguments outlive the backend.
[[nodiscard]] CpuBackendSpec light_backend_spec(const Maker &maker, KeyCaches &caches);
[[nodiscard]] CpuBackendSpec fast_backend_spec(const Maker &maker, KeyCaches &caches, Datasets &datasets);

} // namespace nebula::randomx
