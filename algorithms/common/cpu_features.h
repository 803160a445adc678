#pragma once

/// What the processor under this process can run, asked once at run time: a plugin is built on one machine and mines
/// on another.

namespace nebula::common {

struct CpuFeatures {
   bool avx2 = false;
   bool avx512 = false; ///< F, BW, VL and DQ, all usable under this operating system
   bool sha = false;    ///< the SHA-256 instructions, and SSE4.1
};

[[nodiscard]] CpuFeatures cpu_features() noexcept;

} // namespace nebula::common
