#pragma once

/// The miner's configuration, read once from the tree that the host already held against the manifest's schema.

#include "host_view.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nebula::miner {

inline constexpr std::uint32_t k_threads_max = 1024; // of one device: four times the largest machine we know
inline constexpr std::size_t k_devices_max = 16;
inline constexpr std::uint64_t k_batch_min_ns = 5'000'000;
inline constexpr std::uint64_t k_batch_max_ns = 1'000'000'000;

struct DeviceConfig {
   std::string select;        ///< clauses beside algorithm=...; empty: what the algorithms section says
   std::uint32_t threads = 0; ///< 0: auto
};

struct MinerConfig {
   std::string work;                  ///< instance of the source
   std::string algorithm;             ///< empty: the first of the source that this node can compute
   std::vector<DeviceConfig> devices; ///< at least one
   std::uint64_t batch_ns = 30'000'000;
   std::string worker;
   bool paused = false;
};

/// Why an operation of the shell failed, for neb_error.
struct Failure {
   neb_status code;
   std::string text;
};

/// Fills `out`; a failure names file, line and column, and what would be right.
[[nodiscard]] std::optional<Failure> read_config(const HostView &host, MinerConfig &out);

} // namespace nebula::miner
