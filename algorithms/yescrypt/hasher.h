#pragma once

/// Whole hashes by a kernel, several nonces of one input at a time.

#include <array>

#include "common/sha256.h"
#include "kernels.h"
#include "pages.h"
#include "parameters.h"

namespace nebula::yescrypt {

/// The nonce: four bytes, little-endian.
inline constexpr std::uint32_t k_nonce_bytes = 4;

/// Hashes whose V is larger are computed one at a time: 64 MiB twice is beyond the share of any cache that a core has,
/// and memory is then better spent on another thread.
inline constexpr std::size_t k_interleaved_v_max = std::size_t{64} << 20;

/// How many hashes a hasher of these parameters can take at once.
[[nodiscard]] unsigned ways_of(const Parameters &parameters) noexcept;

class Hasher {
public:
   using Digests = std::array<common::Digest256, k_ways_max>;

   /// Allocates for ways_of(parameters) hashes; throws NEB_E_NO_MEMORY. `parameters` outlive the hasher.
   Hasher(const Kernel &kernel, const Parameters &parameters);

   /// The digests of `count` consecutive nonces (1 to ways_of) from `first`, computed together. Writes the nonces at
   /// `nonce_offset` of `input`, where k_nonce_bytes have room.
   void hash(std::span<std::uint8_t> input, std::uint32_t nonce_offset, std::uint32_t first, unsigned count,
             Digests &out) noexcept;

   [[nodiscard]] bool large_pages() const noexcept { return pages_.large(); }

private:
   const Parameters &parameters_;
   SmixForms smix_;
   Pages pages_;
   Workspace work_;
};

} // namespace nebula::yescrypt
