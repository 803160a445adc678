#include "common/opencl/queue.h"

#include "common/opencl/error.h"
#include "common/opencl/program.h"

namespace nebula::common::opencl {
namespace {

/// The wait list of a command: its length and its place.
struct WaitList {
   explicit WaitList(const Event *after) noexcept : event(after ? after->get() : nullptr) {}
   [[nodiscard]] cl_uint count() const noexcept { return event ? 1 : 0; }
   [[nodiscard]] const cl_event *list() const noexcept { return event ? &event : nullptr; }
   cl_event event;
};

} // namespace

Queue::Queue(const Device &device) : device_(device), cl_(*device.api) {
   cl_int code = CL_SUCCESS;
   context_ = {cl_.CreateContext(nullptr, 1, &device_.id, nullptr, nullptr, &code), cl_.ReleaseContext};
   check(code, device_.name, "creating a context");
   kernels_ = make_queue(CL_QUEUE_PROFILING_ENABLE);
   transfers_ = make_queue(0);
}

Queue::~Queue() {
   finish();
}

Owned<cl_command_queue> Queue::make_queue(cl_command_queue_properties properties) {
   cl_int code = CL_SUCCESS;
   Owned<cl_command_queue> queue{cl_.CreateCommandQueue(context_.get(), device_.id, properties, &code),
                                 cl_.ReleaseCommandQueue};
   check(code, device_.name, "creating a queue");
   return queue;
}

Buffer Queue::make_buffer(std::size_t bytes) {
   cl_int code = CL_SUCCESS;
   Buffer buffer{cl_.CreateBuffer(context_.get(), CL_MEM_READ_WRITE, bytes, nullptr, &code), cl_.ReleaseMemObject};
   check(code, device_.name, "allocating a buffer");
   return buffer;
}

Event Queue::write(const Buffer &to, const void *from, std::size_t bytes, const Event *after) {
   const WaitList wait(after);
   cl_event event = nullptr;
   check(
      cl_.EnqueueWriteBuffer(transfers_.get(), to.get(), CL_FALSE, 0, bytes, from, wait.count(), wait.list(), &event),
      device_.name, "writing");
   return {event, cl_.ReleaseEvent};
}

Event Queue::read(const Buffer &from, void *to, std::size_t bytes, const Event &after) {
   const WaitList wait(&after);
   cl_event event = nullptr;
   check(cl_.EnqueueReadBuffer(transfers_.get(), from.get(), CL_FALSE, 0, bytes, to, wait.count(), wait.list(), &event),
         device_.name, "reading");
   return {event, cl_.ReleaseEvent};
}

Event Queue::launch(const Kernel &kernel, std::size_t items, std::size_t local, const Event *after) {
   const WaitList wait(after);
   cl_event event = nullptr;
   check(cl_.EnqueueNDRangeKernel(kernels_.get(), kernel.get(), 1, nullptr, &items, &local, wait.count(), wait.list(),
                                  &event),
         device_.name, "launching a kernel");
   return {event, cl_.ReleaseEvent};
}

void Queue::flush() {
   check(cl_.Flush(kernels_.get()), device_.name, "starting its queue");
   check(cl_.Flush(transfers_.get()), device_.name, "starting its queue");
}

bool Queue::done(const Event &event) const {
   cl_int state = CL_QUEUED;
   check(cl_.GetEventInfo(event.get(), CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state, nullptr), device_.name,
         "asking for a result");
   if (state < 0)
      throw OpenClError(device_.name, concat("failed while computing: ", error_name(state)));
   return state == CL_COMPLETE;
}

void Queue::finish() noexcept {
   if (kernels_)
      (void)cl_.Finish(kernels_.get());
   if (transfers_)
      (void)cl_.Finish(transfers_.get());
}

std::uint64_t Queue::moment(const Event &event, cl_profiling_info which) const {
   cl_ulong ns = 0;
   check(cl_.GetEventProfilingInfo(event.get(), which, sizeof ns, &ns, nullptr), device_.name, "timing a kernel");
   return ns;
}

std::uint64_t Queue::duration_ns(const Event &first, const Event &last) const {
   const std::uint64_t start = moment(first, CL_PROFILING_COMMAND_START);
   const std::uint64_t end = moment(last, CL_PROFILING_COMMAND_END);
   return end > start ? end - start : 0;
}

} // namespace nebula::common::opencl
