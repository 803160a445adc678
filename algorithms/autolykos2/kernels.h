#pragma once

/// BLAKE2b-256 of several short messages at once: the kernels, and which of them this machine may run.

#include <cstddef>
#include <cstdint>
#include <span>

#include "element.h"

namespace nebula::autolykos2 {

/// Messages that the widest kernel hashes at once.
inline constexpr unsigned k_lanes_max = 16;

/// The messages beside the elements, by their lengths in bytes: message ‖ nonce, element ‖ message ‖ nonce, and a sum.
enum class Short : unsigned { input = 40, seed = 71, sum = 32 };

/// How many words of eight bytes a short message fills, the last one padded with zeros.
[[nodiscard]] constexpr unsigned words_in(Short kind) noexcept {
   return (static_cast<unsigned>(kind) + 7) / 8;
}

struct Kernel {
   const char *name;         ///< "avx512"
   const char *backend_name; ///< "autolykos2/avx512"
   const char *properties;   ///< how a configuration selects it
   unsigned lanes;           ///< messages per call: a power of two, at most k_lanes_max
   std::uint64_t batch_hint; ///< tableless nonces that take about 30 ms, a multiple of lanes

   /// out[l] = the element of index[l], for every lane l.
   void (*elements)(const std::uint32_t *index, std::uint32_t height, Number *out) noexcept;

   /// Digests of messages that lie word by word: word w of lane l is at words[w * lanes + l], and so are the four words
   /// of each digest in `out`, which may be `words`.
   void (*hash)(Short kind, const std::uint64_t *words, std::uint64_t *out) noexcept;
};

// One per translation unit. Calling into one that the processor cannot run is undefined: go through
// available_kernels().
extern const Kernel k_plain_kernel; ///< one lane, by libsodium
extern const Kernel k_avx2_kernel;
extern const Kernel k_avx512_kernel;

/// Every kernel that was built in and that this processor runs, the slowest first; the plain one is always there.
/// Static storage.
[[nodiscard]] std::span<const Kernel *const> available_kernels() noexcept;

/// Whether `kernel` computes what libsodium computes, for some hundred messages of every kind. A few milliseconds.
[[nodiscard]] bool passes_self_test(const Kernel &kernel) noexcept;

} // namespace nebula::autolykos2
