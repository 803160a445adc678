#pragma once

/// The main chain as one file: "NEBCHN01", the chain id (u32), then every block from genesis on as its length (u32) and
/// bytes, all little-endian.

#include "core/tables.h"

#include <functional>

namespace nebula::chain {

struct ExportReport {
   std::uint64_t blocks = 0;
   std::uint64_t bytes = 0;
};

/// Writes a new file; an existing one is refused. `progress` returns false to give up; then nothing is left behind.
[[nodiscard]] Result<ExportReport> export_chain(Store &store, const NetworkParams &network, const std::string &path,
                                                const std::function<bool(std::uint64_t, std::uint64_t)> &progress);

} // namespace nebula::chain
