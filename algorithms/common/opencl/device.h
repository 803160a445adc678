#pragma once

/// The OpenCL devices of this machine.

#include <string>
#include <vector>

#include "common/opencl/api.h"

namespace nebula::common::opencl {

struct Device {
   const Api *api = nullptr;
   cl_device_id id = nullptr;
   std::string name;   ///< as the driver says it: "NVIDIA H200"
   std::string vendor; ///< one lower-case word for selection: nvidia, amd, intel, pocl, apple, other
   bool cpu = false;   ///< else a GPU or another accelerator
   unsigned index = 0; ///< among all devices, in the order of the platforms
};

/// At most this many are listed: a chassis holds 16 cards, twice over for two drivers.
inline constexpr unsigned k_devices_max = 32;

/// Which devices to look for.
enum class Kinds {
   no_cpu, ///< GPUs and other accelerators; drivers that only offer the processor are not even started
   all
};

/// The devices, in a stable order. Empty, with the reason in `why`, when there is no OpenCL or no such device.
/// Signal handlers that drivers install are put back.
[[nodiscard]] std::vector<Device> list_devices(Kinds kinds, std::string &why);

} // namespace nebula::common::opencl
