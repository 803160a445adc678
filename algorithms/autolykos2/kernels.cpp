#include "kernels.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "common/cpu_features.h"
#include "reference.h"

namespace nebula::autolykos2 {
namespace {

constexpr const Kernel *k_kernels[] = {
   &k_plain_kernel,
#if defined(NEBULA_HAVE_AVX_KERNELS)
   &k_avx2_kernel,
   &k_avx512_kernel,
#endif
};

/// Messages without a pattern, the same at every start: splitmix64.
class Random {
public:
   std::uint64_t operator()() noexcept {
      std::uint64_t x = state_ += 0x9E3779B97F4A7C15u;
      x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
      x = (x ^ x >> 27) * 0x94D049BB133111EBu;
      return x ^ x >> 31;
   }

private:
   std::uint64_t state_ = 2;
};

[[nodiscard]] bool elements_agree(const Kernel &kernel, std::uint32_t height, Random &random) noexcept {
   std::array<std::uint32_t, k_lanes_max> index{};
   std::array<Number, k_lanes_max> got{};
   for (std::uint32_t &each : index)
      each = static_cast<std::uint32_t>(random());
   kernel.elements(index.data(), height, got.data());
   for (unsigned l = 0; l < kernel.lanes; ++l)
      if (got[l] != plain_element(index[l], height))
         return false;
   return true;
}

[[nodiscard]] bool hashes_agree(const Kernel &kernel, Short kind, Random &random) noexcept {
   constexpr unsigned k_words_max = 9;
   alignas(64) std::array<std::uint64_t, std::size_t{k_words_max} * k_lanes_max> words{}, got{};
   const unsigned count = words_in(kind);
   for (unsigned i = 0; i < count * kernel.lanes; ++i)
      words[i] = random();
   if (const unsigned odd_bytes = static_cast<unsigned>(kind) % 8) // the rest of the last word is padding
      for (unsigned l = 0; l < kernel.lanes; ++l)
         words[(count - 1) * kernel.lanes + l] &= (std::uint64_t{1} << (8 * odd_bytes)) - 1;
   kernel.hash(kind, words.data(), got.data());
   for (unsigned l = 0; l < kernel.lanes; ++l) {
      std::array<std::uint64_t, k_words_max> message{};
      DigestWords want{};
      for (unsigned w = 0; w < count; ++w)
         message[w] = words[w * kernel.lanes + l];
      k_plain_kernel.hash(kind, message.data(), want.data());
      for (unsigned w = 0; w < want.size(); ++w)
         if (got[w * kernel.lanes + l] != want[w])
            return false;
   }
   return true;
}

} // namespace

std::span<const Kernel *const> available_kernels() noexcept {
   // The order of k_kernels is the order of what they ask of the processor, so what is available is a prefix.
   const common::CpuFeatures cpu = common::cpu_features();
   const std::size_t count = cpu.avx512 ? 3 : cpu.avx2 ? 2 : 1;
   return std::span(k_kernels).first(std::min(count, std::size(k_kernels)));
}

bool passes_self_test(const Kernel &kernel) noexcept {
   Random random;
   for (const std::uint32_t height : {0u, 614'400u, 0xFFFFFFFFu})
      if (!elements_agree(kernel, height, random))
         return false;
   for (const Short kind : {Short::input, Short::seed, Short::sum})
      for (unsigned i = 0; i < 4; ++i)
         if (!hashes_agree(kernel, kind, random))
            return false;
   return true;
}

} // namespace nebula::autolykos2
