#pragma once

/// Kernels, compiled for one device; kept on disk between runs.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/opencl/error.h"
#include "common/opencl/owned.h"
#include "common/opencl/queue.h"
#include "common/opencl/store.h"

namespace nebula::common::opencl {

/// A kernel and its arguments. Lives no longer than its Queue.
class Kernel {
public:
   Kernel(const Queue &queue, cl_program program, const char *entry);

   template <class T>
   void set_argument(unsigned index, const T &value) {
      check(cl_.SetKernelArg(kernel_.get(), index, sizeof value, &value), device_.name, "setting a kernel argument");
   }
   void set_argument(unsigned index, const Buffer &buffer) {
      const cl_mem handle = buffer.get();
      // A buffer's argument is its handle, a pointer. NOLINTNEXTLINE(bugprone-sizeof-expression)
      check(cl_.SetKernelArg(kernel_.get(), index, sizeof handle, &handle), device_.name, "setting a kernel argument");
   }

   [[nodiscard]] cl_kernel get() const noexcept { return kernel_.get(); }
   /// The largest work group it can run in here.
   [[nodiscard]] std::size_t local_max() const;

private:
   const Device &device_;
   const Api &cl_;
   Owned<cl_kernel> kernel_;
};

/// What makes a program: two programs with equal sources, options, devices and drivers are the same.
struct ProgramSource {
   std::string_view text;
   std::string options; ///< "-cl-std=CL1.2 -DLANES=16"
};

/// Receives a sentence for the log.
using Note = std::function<void(std::string_view)>;

class Program {
public:
   /// Takes it from the store, or compiles it (milliseconds to seconds) and puts it there. `store` may be null. An
   /// entry that the driver refuses is compiled again and replaced. That it could not be stored is a note, no failure.
   Program(const Queue &queue, const ProgramSource &source, Store *store, const Note &note);

   [[nodiscard]] Kernel kernel(const char *entry) const { return {queue_, program_.get(), entry}; }
   /// Names source, options, device and driver; what is measured with the program is remembered under it.
   [[nodiscard]] const std::string &key() const noexcept { return key_; }
   [[nodiscard]] bool was_stored() const noexcept { return was_stored_; }

private:
   [[nodiscard]] bool take_stored(const std::string &options, Store &store);
   void compile(const ProgramSource &source);
   [[nodiscard]] std::vector<std::uint8_t> binary() const;
   [[nodiscard]] std::string build_log() const;

   const Queue &queue_;
   const Device &device_;
   const Api &cl_;
   std::string key_;
   Owned<cl_program> program_;
   bool was_stored_ = false;
};

} // namespace nebula::common::opencl
