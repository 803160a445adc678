#pragma once

/// OpenCL objects that release themselves.

#include <utility>

#include "common/opencl/api.h"

namespace nebula::common::opencl {

/// Owns one OpenCL object and releases it with the function it was made with.
template <class Handle>
class Owned {
public:
   using Release = cl_int(CL_API_CALL *)(Handle);
   Owned() = default;
   Owned(Handle handle, Release release) noexcept : handle_(handle), release_(release) {}
   Owned(Owned &&other) noexcept : handle_(other.handle_), release_(other.release_) { other.handle_ = nullptr; }
   Owned &operator=(Owned &&other) noexcept {
      std::swap(handle_, other.handle_);
      std::swap(release_, other.release_);
      return *this;
   }
   Owned(const Owned &) = delete;
   Owned &operator=(const Owned &) = delete;
   ~Owned() {
      if (handle_)
         release_(handle_);
   }
   [[nodiscard]] Handle get() const noexcept { return handle_; }
   [[nodiscard]] explicit operator bool() const noexcept { return handle_ != nullptr; }

private:
   Handle handle_ = nullptr;
   Release release_ = nullptr;
};

using Buffer = Owned<cl_mem>;
using Event = Owned<cl_event>;

} // namespace nebula::common::opencl
