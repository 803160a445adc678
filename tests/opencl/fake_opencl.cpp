#include "fake_opencl.h"

#include <cassert>
#include <cstring>
#include <string_view>

namespace nebula::test {
namespace {

using common::opencl::Api;

FakeOpenCl *g_driver = nullptr;

constexpr std::string_view k_binary = "a compiled program";

// The objects behind the handles. OpenCL declares their types and leaves them undefined.
struct Object {
   Object() { ++g_driver->objects; }
   virtual ~Object() {
      if (g_driver)
         --g_driver->objects;
   }
   Object(const Object &) = delete;
   Object &operator=(const Object &) = delete;
};
struct Memory : Object {
   std::vector<std::uint8_t> bytes;
};
struct KernelObject : Object {
   std::map<unsigned, std::vector<std::uint8_t>> arguments;
};
struct EventObject : Object {
   cl_int status = CL_COMPLETE;
   cl_ulong start = 0, end = 0;
};

template <class Handle>
[[nodiscard]] Handle handle(Object *object) {
   return reinterpret_cast<Handle>(object);
}
template <class T, class Handle>
[[nodiscard]] T &object(Handle handle) {
   return *static_cast<T *>(reinterpret_cast<Object *>(handle));
}

template <class Handle>
cl_int CL_API_CALL release(Handle handle) {
   delete reinterpret_cast<Object *>(handle);
   return CL_SUCCESS;
}

template <class T>
cl_int answer(const T &value, std::size_t size, void *out, std::size_t *length) {
   if (length)
      *length = sizeof value;
   if (out && size < sizeof value)
      return CL_INVALID_VALUE;
   if (out)
      std::memcpy(out, &value, sizeof value);
   return CL_SUCCESS;
}

cl_int answer_text(std::string_view text, std::size_t size, void *out, std::size_t *length) {
   if (length)
      *length = text.size() + 1;
   if (out && size < text.size() + 1)
      return CL_INVALID_VALUE;
   if (out) {
      std::memcpy(out, text.data(), text.size());
      static_cast<char *>(out)[text.size()] = '\0';
   }
   return CL_SUCCESS;
}

cl_platform_id platform_handle() {
   static int place;
   return reinterpret_cast<cl_platform_id>(&place);
}
cl_device_id device_handle() {
   static int place;
   return reinterpret_cast<cl_device_id>(&place);
}

/// A command that is complete, unless the driver is told otherwise.
[[nodiscard]] cl_event new_event(cl_int status, std::uint64_t ns) {
   auto *event = new EventObject;
   event->status = status;
   event->start = 1000;
   event->end = 1000 + ns;
   return handle<cl_event>(event);
}

[[nodiscard]] bool failing() {
   return g_driver->launches > g_driver->launches_before_failure;
}

void fill_platform(Api &api) {
   api.GetPlatformIDs = [](cl_uint, cl_platform_id *out, cl_uint *count) -> cl_int {
      *out = platform_handle();
      *count = 1;
      return CL_SUCCESS;
   };
   api.GetPlatformInfo = [](cl_platform_id, cl_platform_info what, size_t size, void *out, size_t *length) -> cl_int {
      return answer_text(what == CL_PLATFORM_NAME ? "Double" : "OpenCL 1.2 double", size, out, length);
   };
   api.GetDeviceIDs = [](cl_platform_id, cl_device_type, cl_uint, cl_device_id *out, cl_uint *count) -> cl_int {
      *out = device_handle();
      *count = 1;
      return CL_SUCCESS;
   };
   api.GetDeviceInfo = [](cl_device_id, cl_device_info what, size_t size, void *out, size_t *length) -> cl_int {
      switch (what) {
      case CL_DEVICE_NAME:
         return answer_text("Test, Double=1", size, out, length);
      case CL_DEVICE_VENDOR:
         return answer_text("Advanced Micro Devices, Inc.", size, out, length);
      case CL_DEVICE_VERSION:
         return answer_text("OpenCL 1.2 double", size, out, length);
      case CL_DRIVER_VERSION:
         return answer_text(g_driver->driver_version, size, out, length);
      case CL_DEVICE_EXTENSIONS:
         return answer_text("cl_khr_fp64 cl_amd_device_attribute_query", size, out, length);
      case CL_DEVICE_TYPE:
         return answer(cl_device_type{CL_DEVICE_TYPE_GPU}, size, out, length);
      case CL_DEVICE_MAX_COMPUTE_UNITS:
         return answer(cl_uint{7}, size, out, length);
      case CL_DEVICE_GLOBAL_MEM_SIZE:
         return answer(cl_ulong{3} << 30, size, out, length);
      case 0x4037: { // cl_amd_device_attribute_query: PCI Express, bus 0x65, device 1, function 2
         std::array<std::uint8_t, 24> topology{};
         topology[0] = 1;
         topology[21] = 0x65;
         topology[22] = 1;
         topology[23] = 2;
         return answer(topology, size, out, length);
      }
      default:
         return CL_INVALID_VALUE;
      }
   };
}

template <class Handle>
Handle made(cl_int *code) {
   *code = CL_SUCCESS;
   return handle<Handle>(new Object);
}

void fill_programs(Api &api) {
   api.CreateProgramWithSource = [](cl_context, cl_uint, const char **, const size_t *, cl_int *code) {
      ++g_driver->compiled;
      return made<cl_program>(code);
   };
   api.CreateProgramWithBinary = [](cl_context, cl_uint, const cl_device_id *, const size_t *size,
                                    const unsigned char **data, cl_int *status, cl_int *code) -> cl_program {
      const std::string_view bytes(reinterpret_cast<const char *>(*data), *size);
      *status = g_driver->refuses_binaries || bytes != k_binary ? CL_INVALID_BINARY : CL_SUCCESS;
      *code = *status;
      if (*code != CL_SUCCESS)
         return nullptr;
      ++g_driver->loaded;
      return made<cl_program>(code);
   };
   api.BuildProgram = [](cl_program, cl_uint, const cl_device_id *, const char *,
                         void(CL_CALLBACK *)(cl_program, void *), void *) -> cl_int { return CL_SUCCESS; };
   api.GetProgramBuildInfo = [](cl_program, cl_device_id, cl_program_build_info, size_t size, void *out,
                                size_t *length) { return answer_text("", size, out, length); };
   api.GetProgramInfo = [](cl_program, cl_program_info what, size_t size, void *out, size_t *length) -> cl_int {
      if (what == CL_PROGRAM_BINARY_SIZES)
         return answer(k_binary.size(), size, out, length);
      unsigned char *place = nullptr;
      std::memcpy(&place, out, sizeof place);
      std::memcpy(place, k_binary.data(), k_binary.size());
      return CL_SUCCESS;
   };
   api.ReleaseProgram = release<cl_program>;
   api.CreateKernel = [](cl_program, const char *, cl_int *code) {
      *code = CL_SUCCESS;
      return handle<cl_kernel>(new KernelObject);
   };
   api.SetKernelArg = [](cl_kernel kernel, cl_uint index, size_t size, const void *value) -> cl_int {
      const auto *bytes = static_cast<const std::uint8_t *>(value);
      object<KernelObject>(kernel).arguments[index].assign(bytes, bytes + size);
      return CL_SUCCESS;
   };
   api.GetKernelWorkGroupInfo = [](cl_kernel, cl_device_id, cl_kernel_work_group_info, size_t size, void *out,
                                   size_t *length) { return answer(std::size_t{256}, size, out, length); };
   api.ReleaseKernel = release<cl_kernel>;
}

cl_int launch(cl_kernel kernel, std::size_t items, std::size_t local, cl_event *event) {
   FakeOpenCl &driver = *g_driver;
   ++driver.launches;
   ++driver.launches_of[local];
   if (failing() && driver.launch_code != CL_SUCCESS)
      return driver.launch_code;
   driver.kernel({items, local, object<KernelObject>(kernel).arguments});
   *event = new_event(failing() ? driver.event_status : CL_COMPLETE, driver.kernel_ns(items, local));
   return CL_SUCCESS;
}

void fill_commands(Api &api) {
   api.EnqueueWriteBuffer = [](cl_command_queue, cl_mem to, cl_bool, size_t offset, size_t size, const void *from,
                               cl_uint, const cl_event *, cl_event *event) -> cl_int {
      std::memcpy(object<Memory>(to).bytes.data() + offset, from, size);
      *event = new_event(CL_COMPLETE, 1);
      return CL_SUCCESS;
   };
   api.EnqueueNDRangeKernel = [](cl_command_queue, cl_kernel kernel, cl_uint, const size_t *, const size_t *items,
                                 const size_t *local, cl_uint, const cl_event *,
                                 cl_event *event) -> cl_int { return launch(kernel, *items, *local, event); };
   api.EnqueueReadBuffer = [](cl_command_queue, cl_mem from, cl_bool, size_t offset, size_t size, void *to, cl_uint,
                              const cl_event *after, cl_event *event) -> cl_int {
      std::memcpy(to, object<Memory>(from).bytes.data() + offset, size);
      const cl_int before = object<EventObject>(*after).status;
      // What waits for a failed command fails with a code of its own.
      *event = new_event(before < 0 ? CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST : before, 1);
      return CL_SUCCESS;
   };
   api.GetEventInfo = [](cl_event event, cl_event_info, size_t size, void *out, size_t *length) -> cl_int {
      return answer(object<EventObject>(event).status, size, out, length);
   };
   api.GetEventProfilingInfo = [](cl_event event, cl_profiling_info what, size_t size, void *out, size_t *length) {
      const auto &moment = object<EventObject>(event);
      return answer(what == CL_PROFILING_COMMAND_START ? moment.start : moment.end, size, out, length);
   };
   api.ReleaseEvent = release<cl_event>;
   api.Flush = [](cl_command_queue) -> cl_int { return CL_SUCCESS; };
   api.Finish = [](cl_command_queue) -> cl_int { return CL_SUCCESS; };
}

void fill_objects(Api &api) {
   api.CreateContext = [](const cl_context_properties *, cl_uint, const cl_device_id *,
                          void(CL_CALLBACK *)(const char *, const void *, size_t, void *), void *,
                          cl_int *code) { return made<cl_context>(code); };
   api.ReleaseContext = release<cl_context>;
   api.CreateCommandQueue = [](cl_context, cl_device_id, cl_command_queue_properties, cl_int *code) {
      return made<cl_command_queue>(code);
   };
   api.ReleaseCommandQueue = release<cl_command_queue>;
   api.CreateBuffer = [](cl_context, cl_mem_flags, size_t size, void *, cl_int *code) -> cl_mem {
      *code = g_driver->buffer_code;
      if (*code != CL_SUCCESS)
         return nullptr;
      auto *memory = new Memory;
      memory->bytes.resize(size);
      return handle<cl_mem>(memory);
   };
   api.ReleaseMemObject = release<cl_mem>;
}

} // namespace

std::uint32_t *FakeLaunch::words(unsigned index) const {
   return reinterpret_cast<std::uint32_t *>(object<Memory>(number<cl_mem>(index)).bytes.data());
}

FakeOpenCl::FakeOpenCl() {
   assert(!g_driver);
   g_driver = this;
   fill_platform(api);
   fill_objects(api);
   fill_programs(api);
   fill_commands(api);
}

FakeOpenCl::~FakeOpenCl() {
   g_driver = nullptr;
}

common::opencl::Device FakeOpenCl::device() const {
   return common::opencl::list_devices(api, common::opencl::Kinds::all).at(0);
}

} // namespace nebula::test
