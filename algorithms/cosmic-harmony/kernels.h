#pragma once

/// The CPU kernels, and which of them this machine may run.

#include <span>
#include <string_view>

#include "block.h"

namespace nebula::cosmic_harmony {

// One per translation unit. Calling one that the processor cannot run is undefined: go through available_kernels().
bool scan_scalar(const Block &block, std::uint32_t target, std::uint64_t *found) noexcept;
bool scan_avx2(const Block &block, std::uint32_t target, std::uint64_t *found) noexcept;
bool scan_avx512(const Block &block, std::uint32_t target, std::uint64_t *found) noexcept;

struct Kernel {
   std::string_view name;       ///< "scalar", "avx2", "avx512"
   std::string_view properties; ///< how a configuration selects it
   BlockScan scan;
   unsigned chunk_bits;      ///< nonces between two looks at the cancel flag, a power of two: well under 1 ms
   std::uint64_t batch_hint; ///< nonces that take about 30 ms
};

/// Every kernel that was built in and that this processor runs, the slowest first. Static storage.
[[nodiscard]] std::span<const Kernel> available_kernels() noexcept;

/// Whether `kernel` finds exactly what the reference finds: one known answer on each side of its target, and all hits
/// of a block at a target that many meet. About a millisecond.
[[nodiscard]] bool passes_self_test(const Kernel &kernel) noexcept;

} // namespace nebula::cosmic_harmony
