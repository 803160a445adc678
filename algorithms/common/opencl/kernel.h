#pragma once

/// One compiled kernel with its own context and in-order queue on one device, and the buffers made for it.
/// Not thread-safe. A failure throws OpenClError; after one, the device counts as lost.

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "common/opencl/device.h"

namespace nebula::common::opencl {

class OpenClError : public std::runtime_error {
public:
   using std::runtime_error::runtime_error;
};

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

class Kernel {
public:
   /// Compiles `source` with `options` for the device; takes from a few milliseconds (cached) to seconds.
   Kernel(const Device &device, std::string_view source, const char *options, const char *entry);
   ~Kernel();

   [[nodiscard]] Buffer make_buffer(std::size_t bytes);

   template <class T>
   void set_argument(unsigned index, const T &value) {
      // A buffer's argument is its handle, a pointer. NOLINTNEXTLINE(bugprone-sizeof-expression)
      check(cl_.SetKernelArg(kernel_.get(), index, sizeof value, &value), "setting a kernel argument");
   }

   /// These queue work and return at once. Memory given to `write` and `read` must stay until an event of this queue
   /// that was made later, or as late, is complete.
   void write(const Buffer &to, const void *from, std::size_t bytes);
   [[nodiscard]] Event launch(std::size_t items, std::size_t local);
   [[nodiscard]] Event read(const Buffer &from, void *to, std::size_t bytes);
   void flush();

   void wait(const Event &event);
   /// Waits for everything queued; a lost device counts as finished.
   void finish() noexcept;
   /// How long a completed launch ran.
   [[nodiscard]] std::uint64_t duration_ns(const Event &event) const;

private:
   void check(cl_int code, const char *doing) const;
   void build(const char *options);

   const Api &cl_;
   Device device_;
   Owned<cl_context> context_;
   Owned<cl_command_queue> queue_;
   Owned<cl_program> program_;
   Owned<cl_kernel> kernel_;
};

} // namespace nebula::common::opencl
