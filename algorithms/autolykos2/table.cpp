#include "table.h"

#include <nebula/error.hpp>

#include <sys/mman.h>

#include <algorithm>
#include <array>

#include "reference.h"

namespace nebula::autolykos2 {

void Table::Unmap::operator()(Number *elements) const noexcept {
   munmap(elements, bytes);
}

Table::Table(std::uint32_t height, std::uint32_t size) : height_(height), size_(size), elements_(nullptr, Unmap{0}) {
   const std::uint64_t bytes = bytes_for(size);
   void *const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
   if (memory == MAP_FAILED)
      throw Error(NEB_E_NO_MEMORY, "no memory for the Autolykos table: it needs ", bytes >> 20, " MiB");
   (void)madvise(memory, bytes, MADV_HUGEPAGE); // reads are random: with small pages each also misses the TLB
   elements_ = std::unique_ptr<Number, Unmap>(static_cast<Number *>(memory), Unmap{bytes});
}

void Table::fill(const Kernel &kernel, std::uint32_t first, std::uint32_t count) noexcept {
   const std::uint32_t end = first + std::min(count, size_ - first);
   for (std::uint32_t at = first; at < end;) {
      std::array<std::uint32_t, k_lanes_max> index{};
      std::array<Number, k_lanes_max> elements;
      const std::uint32_t lanes = std::min(kernel.lanes, end - at);
      for (std::uint32_t l = 0; l < lanes; ++l)
         index[l] = at + l;
      kernel.elements(index.data(), height_, elements.data());
      std::copy_n(elements.begin(), lanes, elements_.get() + at);
      at += lanes;
   }
}

bool Table::agrees_with_reference() const noexcept {
   constexpr std::uint32_t k_samples = 64;
   for (std::uint32_t i = 0; i <= k_samples; ++i) {
      const auto index = static_cast<std::uint32_t>(std::uint64_t{size_ - 1} * i / k_samples);
      if ((*this)[index] != plain_element(index, height_))
         return false;
   }
   return true;
}

} // namespace nebula::autolykos2
