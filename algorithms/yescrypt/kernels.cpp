#include "kernels.h"

#include <algorithm>
#include <iterator>
#include <memory>

#include "answers.h"
#include "common/bytes.h"
#include "common/cpu_features.h"
#include "hasher.h"
#include "reference.h"

namespace nebula::yescrypt {
namespace {

#if defined(NEBULA_HAVE_X86_KERNELS)
constexpr Kernel k_kernels[] = {
   {"sse2", "device=cpu,kind=simd,simd=sse2", smix_sse2},
   {"avx2", "device=cpu,kind=simd,simd=avx2", smix_avx2},
   {"avx512", "device=cpu,kind=simd,simd=avx512", smix_avx512},
};
#endif

/// Whether the kernel agrees with a known answer of these parameters, over the counting input.
[[nodiscard]] bool agrees(const Kernel &kernel, const Parameters &parameters, const common::Digest256 &answer) {
   CountingInput input = counting_input();
   const std::uint32_t offset = k_nonce_offset;
   const std::uint32_t nonce = common::load_le32(input.data() + offset);
   Hasher hasher(kernel, parameters);
   Hasher::Digests alone, beside;
   hasher.hash(input, offset, nonce, 1, alone);
   hasher.hash(input, offset, nonce, 2, beside);
   common::store_le32(input.data() + offset, nonce + 1);
   const Pages memory(reference_memory_bytes(parameters));
   return alone[0] == answer && beside[0] == answer && beside[1] == reference_hash(parameters, input, memory.data());
}

} // namespace

std::span<const Kernel> available_kernels() noexcept {
#if defined(NEBULA_HAVE_X86_KERNELS)
   // The order of k_kernels is the order of what they ask of the processor, so what is available is a prefix.
   const common::CpuFeatures cpu = common::cpu_features();
   const std::size_t count = cpu.avx512 ? 3 : cpu.avx2 ? 2 : 1;
   return std::span(k_kernels).first(std::min(count, std::size(k_kernels)));
#else
   return {};
#endif
}

bool passes_self_test(const Kernel &kernel) {
   return agrees(kernel, {Version::v0_5, 2048, 8, {}}, k_answer_0_5) &&
          agrees(kernel, {Version::v1_0, 2048, 8, {}}, k_answer_1_0);
}

} // namespace nebula::yescrypt
