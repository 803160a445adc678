#include "kernels.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "common/cpu_features.h"

namespace nebula::cosmic_harmony {
namespace {

constexpr std::uint32_t k_least = 1u << k_block_bits_min, k_whole = 1u << k_block_bits_max;

constexpr Kernel k_kernels[] = {
   {"scalar", "cosmic-harmony/scalar", "device=cpu,kind=scalar,simd=none", scan_scalar, 1u << 20, k_least},
#if defined(NEBULA_HAVE_AVX_KERNELS)
   {"avx2", "cosmic-harmony/avx2", "device=cpu,kind=simd,simd=avx2", scan_avx2, 1u << 22, k_whole},
   {"avx512", "cosmic-harmony/avx512", "device=cpu,kind=simd,simd=avx512", scan_avx512, 1u << 24, k_whole},
#endif
};

using Found = std::array<std::uint64_t, 1024>;

[[nodiscard]] bool bit(const Found &found, std::uint32_t nonce) noexcept {
   return (found[(nonce & 0xFFFFu) >> 6] >> (nonce & 63) & 1) != 0;
}

/// All of one block against the reference, one nonce at a time.
[[nodiscard]] bool block_agrees(const Kernel &kernel, const State &state, std::uint32_t first, unsigned bits,
                                std::uint32_t target) noexcept {
   Found found{};
   kernel.scan(make_block(state, first, bits), target, found.data());
   for (std::uint32_t i = 0; i < (1u << bits); ++i)
      if (bit(found, first + i) != (permute(state, first + i)[0] <= target))
         return false;
   return true;
}

} // namespace

std::span<const Kernel> available_kernels() noexcept {
   // The order of k_kernels is the order of what they ask of the processor, so what is available is a prefix.
   const common::CpuFeatures cpu = common::cpu_features();
   const std::size_t count = cpu.avx512 ? 3 : cpu.avx2 ? 2 : 1;
   return std::span(k_kernels).first(std::min(count, std::size(k_kernels)));
}

bool passes_self_test(const Kernel &kernel) noexcept {
   // The empty message and nonce 0: its first output word is part of the specification.
   constexpr std::uint32_t k_known_word = 0x514F8A5Du;
   const State state = absorb({});
   Found at{}, under{};
   const Block block = make_block(state, 0, k_block_bits_max);
   kernel.scan(block, k_known_word, at.data());
   kernel.scan(block, k_known_word - 1, under.data());
   if (!bit(at, 0) || bit(under, 0))
      return false;
   // Many hits, few hits; a middling block, the smallest one at the very end, a whole one, for which the vector kernels
   // have a form of their own.
   return block_agrees(kernel, state, 0x12340000u, 12, 0x3FFFFFFFu) &&
          block_agrees(kernel, permute(state, 1), 0xFFFFFFC0u, k_block_bits_min, 0x3FFFFFFFu) &&
          block_agrees(kernel, permute(state, 2), 0x00010000u, k_block_bits_max, 0x03FFFFFFu);
}

} // namespace nebula::cosmic_harmony
