#pragma once

/// Hashes nonces by as many at a time as a kernel has lanes. Where the elements come from is the caller's: from a
/// table, or computed. Every step is the reference's, word by word.

#include <array>
#include <cstdint>

#include "kernels.h"
#include "message.h"

namespace nebula::autolykos2 {

/// What a batch hashes: a message at a height, on a table of some size.
struct Task {
   MessageWords message;
   std::uint32_t height = 0;
   Modulus table_size{1};
};

/// One group of nonces between its steps. The steps are separate so that a scanner can have several groups under way:
/// while the elements of one are fetched from memory, another one hashes.
class Batch {
public:
   using Indices = std::array<std::uint32_t, k_terms>;

   explicit Batch(const Kernel &kernel) noexcept : kernel_(kernel) {}

   /// The index of each nonce's e, from nonce first, first + 1, ... (wrapping at the end, where the caller ignores
   /// them).
   void begin(const Task &task, std::uint64_t first) noexcept;
   /// The indices of each nonce's terms, once `first_elements` are there.
   void seed(const Task &task) noexcept;
   /// The digests, once the sums are there.
   void finish() noexcept;

   [[nodiscard]] unsigned lanes() const noexcept { return kernel_.lanes; }
   [[nodiscard]] std::uint64_t nonce(unsigned lane) const noexcept { return first_ + lane; }

   /// The digest's most significant word, for a first comparison.
   [[nodiscard]] std::uint64_t top(unsigned lane) const noexcept { return __builtin_bswap64(words_[lane]); }
   /// All of it, big-endian.
   void write_digest(unsigned lane, std::uint8_t *out) const noexcept;

   std::array<std::uint32_t, k_lanes_max> first_indices{};
   std::array<Number, k_lanes_max> first_elements{};
   std::array<Indices, k_lanes_max> indices{};
   std::array<Number, k_lanes_max> sums{};

private:
   [[nodiscard]] DigestWords digest(unsigned lane) const noexcept;

   const Kernel &kernel_;
   std::uint64_t first_ = 0;
   alignas(64) std::array<std::uint64_t, std::size_t{words_in(Short::seed)} * k_lanes_max> words_{};
};

} // namespace nebula::autolykos2
