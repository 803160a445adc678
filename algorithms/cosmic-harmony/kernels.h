#pragma once

/// The CPU kernels, and which of them this machine may run.

#include <cstdint>
#include <span>

#include "block.h"

namespace nebula::cosmic_harmony {

// One per translation unit. Calling one that the processor cannot run is undefined: go through available_kernels().
bool scan_scalar(const Block &block, std::uint32_t target, std::uint64_t *found) noexcept;
bool scan_avx2(const Block &block, std::uint32_t target, std::uint64_t *found) noexcept;
bool scan_avx512(const Block &block, std::uint32_t target, std::uint64_t *found) noexcept;

struct Kernel {
   const char *name;         ///< "scalar", "avx2", "avx512"
   const char *backend_name; ///< "cosmic-harmony/avx2"
   const char *properties;   ///< how a configuration selects it
   BlockScan scan;
   std::uint64_t batch_hint; ///< nonces that take about 30 ms
   std::uint32_t width;      ///< nonces of the blocks it is at its best with
};

/// Every kernel that was built in and that this processor runs, the slowest first. Static storage.
[[nodiscard]] std::span<const Kernel> available_kernels() noexcept;

/// Whether `kernel` finds exactly what the reference finds: one known answer on each side of its target, and all hits
/// of three blocks. A few milliseconds.
[[nodiscard]] bool passes_self_test(const Kernel &kernel) noexcept;

} // namespace nebula::cosmic_harmony
