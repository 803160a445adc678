#pragma once

/// The CPU kernels, and which of them this machine may run.

#include <cstddef>
#include <cstdint>
#include <span>

#include "rules.h"

namespace nebula::yescrypt {

/// Hashes that a kernel can compute together, interleaved on one thread.
inline constexpr unsigned k_ways_max = 2;

/// Where the hashes of a group keep what they work on. All 64-byte aligned; that of hash k lies k strides further on.
struct Workspace {
   std::uint8_t *v; ///< N rows
   std::size_t v_stride;
   std::uint8_t *row; ///< in: B, out: B after smix, as bytes; X in between
   std::size_t row_stride;
   std::uint8_t *boxes; ///< boxes_stride(version) apart
};

/// Between the S-boxes of two hashes: known when the kernels are built, so that one register addresses all.
[[nodiscard]] constexpr std::size_t boxes_stride(Version version) noexcept {
   return boxes_bytes(version);
}

/// smix of one or several hashes at once.
using Smix = void (*)(const Workspace &work, std::uint32_t n, std::uint32_t r) noexcept;

/// The forms of one version, by how many hashes they take at once, less one.
struct SmixForms {
   Smix by_ways[k_ways_max];
};

// One translation unit each. Calling one that the processor cannot run is undefined: go through available_kernels().
[[nodiscard]] SmixForms smix_sse2(Version version) noexcept;
[[nodiscard]] SmixForms smix_avx2(Version version) noexcept;
[[nodiscard]] SmixForms smix_avx512(Version version) noexcept;

struct Kernel {
   const char *name;       ///< "sse2", "avx2", "avx512"
   const char *properties; ///< how a configuration selects it
   SmixForms (*smix)(Version version) noexcept;
};

/// Every kernel that was built in and that this processor runs, the slowest first. Static storage.
[[nodiscard]] std::span<const Kernel> available_kernels() noexcept;

/// Whether `kernel` finds a known answer of each version, alone and beside another hash, and that other hash as the
/// reference has it. About 20 ms. Throws NEB_E_NO_MEMORY.
[[nodiscard]] bool passes_self_test(const Kernel &kernel);

} // namespace nebula::yescrypt
