#pragma once

/// The function as its specification tells it: portable, readable, step by step. Every kernel is held to it, and
/// `hash` of the contract is it.

#include <memory>
#include <span>

#include "common/sha256.h"
#include "parameters.h"

namespace nebula::yescrypt {

/// What one hash works on.
[[nodiscard]] std::size_t reference_memory_bytes(const Parameters &parameters) noexcept;

/// One hash in its steps, for whoever wants to look in between. All of it lies in the memory given.
class Reference {
public:
   /// `memory`: reference_memory_bytes, 64-byte aligned, any content. Parameters and input outlive the object.
   Reference(const Parameters &parameters, std::span<const std::uint8_t> input, void *memory) noexcept;

   void derive() noexcept;     ///< h0, and B and h1 from it
   void fill_boxes() noexcept; ///< the S-boxes from the first 128 bytes of B, which it replaces
   void fill_rows() noexcept;  ///< smix1: V, and B
   void mix_rows() noexcept;   ///< smix2
   [[nodiscard]] common::Digest256 finish() const noexcept;

   [[nodiscard]] const common::Digest256 &prehash() const noexcept { return h0_; }
   [[nodiscard]] std::span<const std::uint8_t> b() const noexcept { return {b_, row_bytes(parameters_.r)}; }
   /// As stored on a little-endian machine.
   [[nodiscard]] std::span<const std::uint8_t> boxes() const noexcept;

private:
   const Parameters &parameters_;
   std::span<const std::uint8_t> input_;
   common::Digest256 h0_{}, h1_{};
   std::uint8_t *b_;
   std::uint64_t *v_, *x_, *s_;
   // Of version 1.0: which S-box is S0, and the entry written next.
   unsigned first_box_ = 0;
   std::uint32_t write_ = 0;
};

/// The whole of it. `memory` as above.
[[nodiscard]] common::Digest256 reference_hash(const Parameters &parameters, std::span<const std::uint8_t> input,
                                               void *memory) noexcept;

} // namespace nebula::yescrypt
