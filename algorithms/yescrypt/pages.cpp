#include "pages.h"

#include <nebula/error.hpp>

#include <sys/mman.h>

#include <fstream>
#include <string>

namespace nebula::yescrypt {
namespace {

constexpr std::size_t k_large = std::size_t{2} << 20;

void *map(std::size_t bytes, int flags) noexcept {
   return mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

/// madvise succeeds also where an administrator has switched them off.
bool transparent_pages_enabled() {
   std::ifstream file("/sys/kernel/mm/transparent_hugepage/enabled");
   std::string modes;
   return std::getline(file, modes) && modes.find("[never]") == std::string::npos;
}

} // namespace

Pages::Pages(std::size_t bytes) {
   const std::size_t rounded = (bytes + k_large - 1) / k_large * k_large;
   mapped_ = rounded;
   mapping_ = map(mapped_, MAP_HUGETLB);
   large_ = mapping_ != MAP_FAILED;
   if (!large_) {
      mapped_ = rounded + k_large; // so that an aligned part has the size
      mapping_ = map(mapped_, 0);
      if (mapping_ == MAP_FAILED)
         throw Error(NEB_E_NO_MEMORY, "yescrypt needs ", (bytes >> 20) + 1,
                     " MiB of memory here, and the system has no more to give");
   }
   const auto address = reinterpret_cast<std::uintptr_t>(mapping_);
   data_ = static_cast<std::uint8_t *>(mapping_) + (k_large - address % k_large) % k_large;
   if (!large_)
      large_ = madvise(data_, rounded, MADV_HUGEPAGE) == 0 && transparent_pages_enabled();
}

Pages::~Pages() {
   (void)munmap(mapping_, mapped_);
}

} // namespace nebula::yescrypt
