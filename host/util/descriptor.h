#pragma once

#include <unistd.h>
#include <utility>

namespace nebula::host {

/// A file descriptor that is closed with its owner.
class Descriptor {
public:
   Descriptor() = default;
   explicit Descriptor(int descriptor) noexcept : descriptor_(descriptor) {}
   Descriptor(Descriptor &&other) noexcept : descriptor_(other.release()) {}
   Descriptor &operator=(Descriptor &&other) noexcept {
      std::swap(descriptor_, other.descriptor_);
      return *this;
   }
   ~Descriptor() {
      if (descriptor_ >= 0)
         ::close(descriptor_);
   }

   [[nodiscard]] int get() const noexcept { return descriptor_; }
   [[nodiscard]] bool valid() const noexcept { return descriptor_ >= 0; }
   int release() noexcept { return std::exchange(descriptor_, -1); }

private:
   int descriptor_ = -1;
};

} // namespace nebula::host
