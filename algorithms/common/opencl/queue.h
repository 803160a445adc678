#pragma once

/// One device at work: a context, an in-order queue of kernels and an in-order queue of transfers beside it, so that
/// the device computes while results travel. Not thread-safe. Failures throw OpenClError.

#include <cstddef>
#include <cstdint>

#include "common/opencl/device.h"
#include "common/opencl/owned.h"

namespace nebula::common::opencl {

class Kernel;

class Queue {
public:
   explicit Queue(const Device &device);
   /// Waits for everything queued.
   ~Queue();
   Queue(const Queue &) = delete;
   Queue &operator=(const Queue &) = delete;

   [[nodiscard]] const Device &device() const noexcept { return device_; }
   [[nodiscard]] cl_context context() const noexcept { return context_.get(); }

   /// Readable and writable by kernels. NEB_E_NO_MEMORY when the device has no room; many drivers find out only when
   /// the buffer is first used.
   [[nodiscard]] Buffer make_buffer(std::size_t bytes);

   // These queue work and return at once; flush() makes it start. Memory given to `write` and `read` must stay until
   // the event is complete. `after`, when given, is complete before the command begins.
   [[nodiscard]] Event write(const Buffer &to, const void *from, std::size_t bytes, const Event *after = nullptr);
   [[nodiscard]] Event read(const Buffer &from, void *to, std::size_t bytes, const Event &after);
   /// `items` is a multiple of `local`. Kernels run in the order they are launched.
   [[nodiscard]] Event launch(const Kernel &kernel, std::size_t items, std::size_t local, const Event *after = nullptr);
   void flush();

   /// Whether a command is complete; throws when it failed.
   [[nodiscard]] bool done(const Event &event) const;
   /// Waits for everything queued; a lost device counts as finished.
   void finish() noexcept;
   /// From the start of one completed kernel to the end of the same or a later one.
   [[nodiscard]] std::uint64_t duration_ns(const Event &first, const Event &last) const;

private:
   [[nodiscard]] Owned<cl_command_queue> make_queue(cl_command_queue_properties properties);
   [[nodiscard]] std::uint64_t moment(const Event &event, cl_profiling_info which) const;

   Device device_;
   const Api &cl_;
   Owned<cl_context> context_;
   Owned<cl_command_queue> kernels_;
   Owned<cl_command_queue> transfers_;
};

} // namespace nebula::common::opencl
