#include "common/opencl/kernel.h"

#include <algorithm>
#include <utility>

#include "common/opencl/signals.h"

namespace nebula::common::opencl {

Kernel::Kernel(const Device &device, std::string_view source, const char *options, const char *entry)
   : cl_(*device.api), device_(device) {
   cl_int code = CL_SUCCESS;
   context_ = {cl_.CreateContext(nullptr, 1, &device_.id, nullptr, nullptr, &code), cl_.ReleaseContext};
   check(code, "creating a context");
   queue_ = {cl_.CreateCommandQueue(context_.get(), device_.id, CL_QUEUE_PROFILING_ENABLE, &code),
             cl_.ReleaseCommandQueue};
   check(code, "creating a queue");
   const char *text = source.data();
   const std::size_t length = source.size();
   program_ = {cl_.CreateProgramWithSource(context_.get(), 1, &text, &length, &code), cl_.ReleaseProgram};
   check(code, "reading the kernel source");
   build(options);
   kernel_ = {cl_.CreateKernel(program_.get(), entry, &code), cl_.ReleaseKernel};
   check(code, "creating the kernel");
}

Kernel::~Kernel() {
   finish();
}

void Kernel::finish() noexcept {
   if (queue_)
      (void)cl_.Finish(queue_.get());
}

void Kernel::build(const char *options) {
   const KeepSignalHandlers keep;
   const cl_int code = cl_.BuildProgram(program_.get(), 1, &device_.id, options, nullptr, nullptr);
   if (code == CL_SUCCESS)
      return;
   std::size_t length = 0;
   cl_.GetProgramBuildInfo(program_.get(), device_.id, CL_PROGRAM_BUILD_LOG, 0, nullptr, &length);
   std::string log(length, '\0');
   if (length > 0)
      cl_.GetProgramBuildInfo(program_.get(), device_.id, CL_PROGRAM_BUILD_LOG, length, log.data(), nullptr);
   log.resize(std::min(log.find('\0'), log.size()));
   std::replace(log.begin(), log.end(), '\n', ' ');
   throw OpenClError(device_.name + " does not compile the kernel, " + error_name(code) + ": " + log);
}

void Kernel::check(cl_int code, const char *doing) const {
   if (code != CL_SUCCESS)
      throw OpenClError(device_.name + " failed while " + doing + ": " + error_name(code));
}

Buffer Kernel::make_buffer(std::size_t bytes) {
   cl_int code = CL_SUCCESS;
   Buffer buffer{cl_.CreateBuffer(context_.get(), CL_MEM_READ_WRITE, bytes, nullptr, &code), cl_.ReleaseMemObject};
   check(code, "allocating a buffer");
   return buffer;
}

void Kernel::write(const Buffer &to, const void *from, std::size_t bytes) {
   check(cl_.EnqueueWriteBuffer(queue_.get(), to.get(), CL_FALSE, 0, bytes, from, 0, nullptr, nullptr), "writing");
}

Event Kernel::launch(std::size_t items, std::size_t local) {
   cl_event event = nullptr;
   check(cl_.EnqueueNDRangeKernel(queue_.get(), kernel_.get(), 1, nullptr, &items, &local, 0, nullptr, &event),
         "launching the kernel");
   return {event, cl_.ReleaseEvent};
}

Event Kernel::read(const Buffer &from, void *to, std::size_t bytes) {
   cl_event event = nullptr;
   check(cl_.EnqueueReadBuffer(queue_.get(), from.get(), CL_FALSE, 0, bytes, to, 0, nullptr, &event), "reading");
   return {event, cl_.ReleaseEvent};
}

void Kernel::flush() {
   check(cl_.Flush(queue_.get()), "starting the queue");
}

void Kernel::wait(const Event &event) {
   const cl_event raw = event.get();
   check(cl_.WaitForEvents(1, &raw), "waiting for a result");
}

std::uint64_t Kernel::duration_ns(const Event &event) const {
   cl_ulong start = 0, end = 0;
   check(cl_.GetEventProfilingInfo(event.get(), CL_PROFILING_COMMAND_START, sizeof start, &start, nullptr), "timing");
   check(cl_.GetEventProfilingInfo(event.get(), CL_PROFILING_COMMAND_END, sizeof end, &end, nullptr), "timing");
   return end > start ? end - start : 0;
}

} // namespace nebula::common::opencl
