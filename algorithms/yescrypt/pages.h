#pragma once

/// Memory straight from the system, in large pages where it has some to give.

#include <cstddef>
#include <cstdint>

namespace nebula::yescrypt {

class Pages {
public:
   /// Throws NEB_E_NO_MEMORY with the size in its text.
   explicit Pages(std::size_t bytes);
   Pages(const Pages &) = delete;
   Pages &operator=(const Pages &) = delete;
   ~Pages();

   [[nodiscard]] std::uint8_t *data() const noexcept { return data_; } ///< 2 MiB aligned, zero at first
   /// Whether the pages come from the system's reserve, or it promised to use large ones by itself.
   [[nodiscard]] bool large() const noexcept { return large_; }

private:
   void *mapping_;
   std::size_t mapped_;
   std::uint8_t *data_;
   bool large_;
};

} // namespace nebula::yescrypt
