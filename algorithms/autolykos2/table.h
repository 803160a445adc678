#pragma once

/// The table of one height: every element, in memory. Each height has its own, because the height is hashed into every
/// element; so a table is worth what can be mined with it before the next block.

#include <cstdint>
#include <memory>

#include "element.h"
#include "kernels.h"

namespace nebula::autolykos2 {

class Table {
public:
   /// Room for `size` elements, in pages of 2 MiB where the system has them. Throws NEB_E_NO_MEMORY.
   Table(std::uint32_t height, std::uint32_t size);

   [[nodiscard]] std::uint32_t height() const noexcept { return height_; }
   [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
   [[nodiscard]] const Number *data() const noexcept { return elements_.get(); }
   [[nodiscard]] const Number &operator[](std::uint32_t index) const noexcept { return elements_.get()[index]; }

   /// Computes first..first + count - 1, as far as the table goes. Parts that do not overlap may be filled at once.
   void fill(const Kernel &kernel, std::uint32_t first, std::uint32_t count) noexcept;

   /// Whether some elements, the first and the last among them, are what the reference computes.
   [[nodiscard]] bool agrees_with_reference() const noexcept;

   [[nodiscard]] static std::uint64_t bytes_for(std::uint32_t size) noexcept {
      return std::uint64_t{size} * sizeof(Number);
   }

private:
   struct Unmap {
      std::uint64_t bytes;
      void operator()(Number *elements) const noexcept;
   };

   std::uint32_t height_, size_;
   std::unique_ptr<Number, Unmap> elements_;
};

} // namespace nebula::autolykos2
