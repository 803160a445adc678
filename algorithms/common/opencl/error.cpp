#include "common/opencl/error.h"

#include <utility>

namespace nebula::common::opencl {
namespace {

// Those that drivers give for a device that is gone, hung, full or driven wrongly.
constexpr std::pair<cl_int, const char *> k_names[] = {
   {CL_DEVICE_NOT_FOUND, "CL_DEVICE_NOT_FOUND"},
   {CL_DEVICE_NOT_AVAILABLE, "CL_DEVICE_NOT_AVAILABLE"},
   {CL_COMPILER_NOT_AVAILABLE, "CL_COMPILER_NOT_AVAILABLE"},
   {CL_MEM_OBJECT_ALLOCATION_FAILURE, "CL_MEM_OBJECT_ALLOCATION_FAILURE"},
   {CL_OUT_OF_RESOURCES, "CL_OUT_OF_RESOURCES"},
   {CL_OUT_OF_HOST_MEMORY, "CL_OUT_OF_HOST_MEMORY"},
   {CL_PROFILING_INFO_NOT_AVAILABLE, "CL_PROFILING_INFO_NOT_AVAILABLE"},
   {CL_BUILD_PROGRAM_FAILURE, "CL_BUILD_PROGRAM_FAILURE"},
   {CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST"},
   {CL_INVALID_VALUE, "CL_INVALID_VALUE"},
   {CL_INVALID_CONTEXT, "CL_INVALID_CONTEXT"},
   {CL_INVALID_COMMAND_QUEUE, "CL_INVALID_COMMAND_QUEUE"},
   {CL_INVALID_BINARY, "CL_INVALID_BINARY"},
   {CL_INVALID_KERNEL_NAME, "CL_INVALID_KERNEL_NAME"},
   {CL_INVALID_KERNEL_ARGS, "CL_INVALID_KERNEL_ARGS"},
   {CL_INVALID_WORK_GROUP_SIZE, "CL_INVALID_WORK_GROUP_SIZE"},
   {CL_INVALID_BUFFER_SIZE, "CL_INVALID_BUFFER_SIZE"},
};

[[nodiscard]] neb_status status_of(cl_int code) noexcept {
   return code == CL_MEM_OBJECT_ALLOCATION_FAILURE || code == CL_INVALID_BUFFER_SIZE ? NEB_E_NO_MEMORY : NEB_E_DEVICE;
}

} // namespace

std::string error_name(cl_int code) {
   for (const auto &[known, name] : k_names)
      if (known == code)
         return concat(name, " (", code, ")");
   return concat("OpenCL error ", code);
}

OpenClError::OpenClError(cl_int code, std::string_view device, std::string_view doing)
   : Error(status_of(code), device, " failed while ", doing, ": ", error_name(code)) {}

OpenClError::OpenClError(std::string_view device, std::string_view what) : Error(NEB_E_DEVICE, device, " ", what) {}

} // namespace nebula::common::opencl
