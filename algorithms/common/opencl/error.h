#pragma once

/// What went wrong on a device, in words that name it.

#include <nebula/error.hpp>

#include <string>

#include "common/opencl/api.h"

namespace nebula::common::opencl {

/// The name of an error code, for messages: "CL_OUT_OF_RESOURCES (-5)".
[[nodiscard]] std::string error_name(cl_int code);

/// A call to a driver failed. Its status is NEB_E_NO_MEMORY when the device merely lacks room for a buffer; otherwise
/// NEB_E_DEVICE, and the device counts as lost: after a failed command the contents of its buffers are undefined, and
/// no driver promises that the next command works.
class OpenClError : public Error {
public:
   OpenClError(cl_int code, std::string_view device, std::string_view doing);
   /// The device answered, and wrongly.
   OpenClError(std::string_view device, std::string_view what);
};

/// Throws OpenClError unless the call succeeded.
inline void check(cl_int code, std::string_view device, std::string_view doing) {
   if (code != CL_SUCCESS)
      throw OpenClError(code, device, doing);
}

} // namespace nebula::common::opencl
